"""What a listing's fields are called, by programs and by people, and the boxes that hold them.

A name is folded and compact: lower case, no accents, no separators.
"""

from __future__ import annotations

from typing import Final

from parsing.text import compact, in_order, words

KEYS: Final[dict[str, str]] = {
    "property_id": "propertyid listingid adid advertid classifiedid houseid inmuebleid publicid id",
    "title": (
        "title headline listingtitle propertytitle seotitle heading titulo titel titre name listingname"
    ),
    "description": (
        "description fulldescription longdescription descripcion descriptionnormalized publicremarks "
        "remarks descriptiontext beschreibung descrizione descricao body text marketingremarks kommentar "
        "omschrijving"
    ),
    "property_type": (
        "propertysubtype subtype unittypes unittype propertytypename propertytype typeofproperty"
        " realestatetype hometype "
        "housingtype buildingtype tipopropiedad tipodepropiedad tipoinmueble tipologia typology "
        "propertykind subcategory objecttype propertytypes type propertytypedimension objektart haustyp "
        "wohnungstyp typebien"
    ),
    "operation_type": (
        "operationtype operation operacion tipooperacion tipodeoperacion transactiontype transaction "
        "listingtype channel searchtype saletype businesstype offertype contracttype contract purpose"
        " tradetype "
        "dealtype marketingtype category section status saleorrent salerent fortype"
    ),
    "standard_status": (
        "standardstatus listingstatus mlsstatus propertystatus statustype homestatus estatus"
    ),
    "address": (
        "fulladdress formattedaddress displayaddress unparsedaddress addressline addressline1 "
        "streetaddress addressfull address direccion domicilio calle street line line1 adresse indirizzo "
        "endereco location fullstreetline situs situsaddress siteaddress physaddr phyaddr1 "
        "propertyaddress addressstreet streetline adres strasse straat"
    ),
    "neighborhood": (
        "neighborhood neighbourhood neighborhoodname colonia barrio subdivision subdivisionname suburb "
        "bairro quartier district quartiere sublocality legalsubdivisionname"
    ),
    "city": (
        "city cityname addresslocality locality town municipality municipio ciudad ville comune cidade "
        "stadt postalcity suburbname situscity phycity addresscity plaats ort"
    ),
    "state": (
        "addressregion statecode stateacronym state stateorprovince statename province provincia estado"
        " region "
        "regionname countyname county statecounty stateprovince bundesland addressstate"
    ),
    "postal_code": (
        "postalcode zipcode zip postcode cp codigopostal plz cep postalcodefull situszip phyzipcd "
        "ziporpostalcode zippostalcode postalzipcode addresszipcode zip5 codepostal"
    ),
    "latitude": "latitude lat geolat maplat",
    "longitude": "longitude lon lng long geolon geolng maplng maplon",
    "price": (
        "listprice askingprice saleprice sellprice precioventa price currentprice displayprice pricevalue "
        "priceamount pricenumeric priceraw rawprice unformattedprice formattedprice listingprice "
        "pricetext priceformatted precio prix preis prezzo preco valor rentprice rentalprice monthlyrent "
        "rent precioalquiler preciorenta asking priceusd kaltmiete kaufpreis"
    ),
    "currency": "pricecurrency currencycode currency currencyiso moneda divisa currencysymbol",
    "price_period": (
        "priceperiod rentperiod rentalperiod pricefrequency rentfrequency paymentfrequency leaseperiod "
        "periodo"
    ),
    "price_max": "pricemax maxprice listpricehigh pricehigh",
    "price_per_m2": (
        "pricepersqm pricepersquaremeter pricepersquaremetre pricepermeter pricem2 preciom2 priceperm2 "
        "pricesqm eurm2"
    ),
    "bedrooms": (
        "bedrooms numberofbedrooms numbedrooms bedroomstotal totalbedrooms bedroomcount bedroomscount "
        "bedroomsnumber beds numbeds numberofbeds bed bedroom recamaras numrecamaras habitaciones"
        " dormitorios dorms "
        "quartos camere schlafzimmer chambres nbchambres nbrechambres nombrechambres nombredechambres "
        "nbbedrooms anzahlschlafzimmer numerodormitorios numhabitaciones qtdquartos"
    ),
    "bathrooms": (
        "bathroomsfull bathsfull fullbathrooms fullbaths numberoffullbathrooms bathrooms "
        "numberofbathroomstotal numberofbathrooms numbathrooms bathroomstotalinteger bathroomstotal "
        "totalbathrooms bathroomcount baths numbaths bathstotal bath bathroom banos bathroomscount "
        "banheiros bagni badezimmer sallesdebain nbsallesdebain nombresallesdebain nbbathrooms "
        "anzahlbadezimmer"
    ),
    "half_bathrooms": (
        "bathroomshalf bathshalf halfbathrooms halfbaths numberofpartialbathrooms mediosbanos halfbath"
    ),
    "parking_spaces": (
        "parkingspaces numberofparkingspaces parkingspots garagespaces garages numgarages carspaces "
        "carports parking estacionamientos cocheras cajones vagas garage parkingtotal parkinggarage"
    ),
    "total_area_m2": (
        "totalarea totalareas totalsurface surfacetotal superficietotal areatotal surface superficie"
        " propertysize "
        "size area square m2 sqm squaremeters squaremetres surfacearea"
    ),
    "covered_area_m2": (
        "floorsize livingarea livingareasize floorarea builtarea coveredarea coveredsurface "
        "constructionarea construccion supconstruccion superficiecubierta superficieconstruida "
        "constructedarea "
        "internalarea interiorarea buildingarea buildingareatotal squarefeet squarefootage usablearea "
        "netarea grossarea livingspace wohnflaeche areautil homesize sqft sqrfootage sqfootage totlvgarea "
        "heatedsqft heatedarea buildingsqft livingsqft approxsqft wohnflache m2construccion "
        "livingareavalue livingsurface habitablesurface nethabitablesurface usableareas"
    ),
    "lot_size_m2": (
        "lotsize lotsizearea lotarea lot landarea landsize plotsize plotarea plot erfsize standsize "
        "terreno superficieterreno supterreno lotsizevalue siteare sitearea groundarea "
        "grundstuecksflaeche lotsqft "
        "landsurface landplotsurface acreage acres lndsqfoot lotareavalue lotacres lotsizesquarefeet"
        " lotsizeacres m2terreno "
        "grundstucksflache"
    ),
    "floor_number": "floornumber floorlevel floor piso planta etage andar",
    "total_floors": (
        "totalfloors numberoffloors numfloors storiestotal stories storeys floors floorcount niveles "
        "pisos stys"
    ),
    "age_years": "ageyears propertyage buildingage antiquity antiguedad",
    "construction_year": (
        "yearbuilt constructionyear builtyear buildyear yearconstructed anoconstruccion baujahr "
        "yearofconstruction ayb actyrblt"
    ),
    "features": "features keyfeatures highlights caracteristicas",
    "amenities": "amenities amenityfeature facilities amenidades comodidades servicios equipment",
    "image_urls": (
        "images photos pictures imageurls photourls gallery imagelist imagegallery fotos imagenes bilder "
        "propertyphotos propertyimages listingphotos allphotos originalphotos photo image altphotos"
    ),
    "main_image_url": (
        "mainimage primaryphoto mainphoto coverphoto heroimage primaryimage featuredimage coverimage "
        "imageurl photourl thumbnail thumbnailurl imgsrc"
    ),
    "virtual_tour_url": (
        "virtualtoururl virtualtour virtualtours virtualtourunbranded tour360 matterporturl"
    ),
    "video_url": "videourl video videos videotours youtubeurl",
    "agent_name": (
        "agentname listagentfullname agentfullname listingagent contactname advertisername sellername "
        "listagent"
    ),
    "agent_phone": (
        "agentphone agentphonenumber listagentpreferredphone contactphone phonenumber telephone phone"
        " whatsapp mobile "
        "telefono agentphones tel"
    ),
    "agent_email": "agentemail listagentemail contactemail email correo mail",
    "agency_name": (
        "agencyname listofficename officename brokername brokeragename brokerage branchname publishername "
        "companyname inmobiliaria listoffice"
    ),
    "message_url": "contacturl enquiryurl inquiryurl leadurl",
    "is_featured": "isfeatured featured ispromoted",
    "is_premium": "ispremium premium premier",
    "listing_date": (
        "listingdate listdate dateposted publishdate publisheddate datepublished publicationdate "
        "firstpublishdate onmarketdate dateadded listingcontractdate createdat fechapublicacion "
        "datelisted"
    ),
}
"""Names a program gives: a key in a page's JSON, a column of an export. Earlier ones are preferred."""

HEADERS: Final[dict[str, str]] = {
    "covered_area_m2": (
        "sqm surfacehabitable superficiehabitable woonoppervlakte gebruiksoppervlakte boarea "
        "boligareal bruksareal uzitnaplocha asuinpintaala alapterulet superficieutile areaprivativa "
        "powierzchniauzytkowa"
    ),
    "lot_size_m2": (
        "grundstuck grundstueck grundstucksgrosse grundstuecksgroesse perceel perceeloppervlakte terrain "
        "surfaceterrain surfaceduterrain powierzchniadzialki tomtarea tomtareal grundareal plochapozemku "
        "telekterulet areadoterreno areaterreno tontinpintaala"
    ),
    "title": "titolo tytul overskrift rubrik otsikko",
    "description": "agentremarks",
    "property_type": "style kind tipo",
    "standard_status": "status",
    "address": "ulica adresa gatuadress vejnavn osoite cim",
    "neighborhood": "location neighborhoods area",
    "city": "citta miasto kommune mesto varos oras sehir kaupunki postort",
    "state": "st",
    "postal_code": "codicepostale kodpocztowy postnummer postnr postinumero iranyitoszam psc",
    "gps_coordinates": "gps coordinates location latlong latlng geo coordenadas gpscoordinates",
    "price": (
        "amount lp vraagprijs koopprijs huurprijs prijs pris cena loyer canone aluguel alquiler hinta vuokra "
        "hyra husleje pret chirie fiyat mietpreis verkaufspreis preisineuro prixdevente"
    ),
    "currency": "wahrung waehrung devise valuta valuuta mena waluta cur ccy",
    "bedrooms": "br slaapkamers aantalslaapkamers sypialnie soverom sovrum makuuhuoneet",
    "bathrooms": "ba badkamers lazienki badrum koupelny",
    "construction_year": (
        "built bouwjaar anneeconstruction anneedeconstruction annocostruzione annodicostruzione rokbudowy "
        "byggar byggear rakennusvuosi anodeconstruccion anoconstrucao"
    ),
    "floor_number": "etaje pietro verdieping patro emelet kerros vaning",
    "main_image_url": "photo image",
    "agent_name": "agent",
    "agency_name": "broker office agency",
    "listing_date": "listed datedepublication fechadepublicacion inseratsdatum",
}
"""Names only of columns: as a key in a page's JSON, each is something else as well."""

GENERIC: Final = words(
    "type kind style status name location section area size category text st broker body source channel photo"
    " image link amount built address tipo"
)
"""Names so general that a column of that name is less surely the field."""

COUNT_FIELDS: Final = words(
    "bedrooms bathrooms half_bathrooms parking_spaces floor_number total_floors age_years construction_year"
)
QUANTITY_FIELDS: Final = words("total_area_m2 covered_area_m2 lot_size_m2")
URL_KEYS: Final = in_order(
    "url href link detailurl propertyurl listingurl permalink canonicalurl detailspageurl path slugurl"
    " propertylink absoluteurl uri hdpurl weblink"
)
"""Names of a listing's own address."""
SUFFIXES: Final = (
    ("propertytype", "property_type"),
    ("floorarea", "covered_area_m2"),
    ("lotsize", "lot_size_m2"),
)
"""Ends of names that are enough to know a field."""

LABELS: Final[dict[str, str]] = {
    "bedrooms": (
        r"bed ?rooms?|beds?|bdrms?|bds?|br|rec[aá]maras?|rec\.?|habitaci[oó]n(?:es)?|habs?\.?"
        r"|dormitorios?|dorms?\.?|alcobas?|quartos?|chambres?|schlafzimmer|camere(?: da letto)?"
        r"|slaapkamers?|sypialni[ae]?|lo[zž]nice|sovrum|soverom|sovev[aæ]relser|makuuhuone(?:tta)?"
        r"|dormitoare|h[aá]l[oó]szob[aá]k?|спальн[ияей]|спален|yatak odas[ıi]|υπνοδωμ[αά]τια|spava[cć]e sobe"
        r"|卧室|침실|ห้องนอน|ph[oò]ng ng[uủ]|kamar tidur|غرف النوم|חדרי שינה"
    ),
    "half_bathrooms": r"half[ -]?bath(?:room)?s?|medios? ba[nñ]os?|half ba",
    "bathrooms": (
        r"(?:full )?bath ?rooms?|(?:full )?baths?|ba|ba[nñ]os?(?: completos?)?|banheiros?|casas? de banho"
        r"|banyo(?: say[ıi]s[ıi])?|salles? de bains?|badezimmer|b[aä]der|bagn[io]|shower rooms?|badkamers?"
        r"|[lł]azienk[ai]|[lł]azienek|koupeln[ay]|koupelen|badrum|badev[aæ]relser|kylpyhuone(?:tta)?"
        r"|f[uü]rd[oő]szob[aá]k?|b[aă]i|санузл(?:ов|ы)|ванных|μπ[αά]νια|kupaonic[ae]|卫生间|浴室|욕실|ห้องน้ำ"
        r"|ph[oò]ng t[aắ]m|kamar mandi|حمامات"
    ),
    "parking_spaces": (
        r"parking(?: spaces?| spots?| places?)?|garages?(?: spaces?)?|car ?(?:ports?|spaces?)"
        r"|estacionamientos?|estac\.?|cocheras?|cajones?(?: de estacionamiento)?"
        r"|lugares de estacionamiento|vagas?|stellpl[aä]tze?|garajes?|cars|parkeerplaatsen|posti auto"
    ),
    "lot_size_m2": (
        r"lot(?: size| area)?|land(?: size| area)?|plot(?: size| area)?|erf(?: size)?|stand size"
        r"|site (?:area|size)|lote|sup\.? terreno|(?:superficie|[aá]rea|m²|m2|metros)?(?: del?)? ?terreno"
        r"|grundst[uü]cks?fl[aä]che|tama[nñ]o del (?:lote|terreno)|surface (?:du )?terrain|terrain"
        r"|perceel(?:oppervlakte)?|powierzchnia dzia[lł]ki|plocha pozemku|tomtarea|tomt|土地面積|敷地面積"
        r"|(?:superficie )?(?:de )?parcela|[aá]rea do terreno|superf[ií]cie do terreno|tomte?areal|grundareal"
        r"|telek(?:ter[uü]let)?|(?:suprafa[tțţ][aă] )?teren|(?:площадь )?участк[ао]|arsa(?: alan[ıi])?"
        r"|占地面积|대지면적|ขนาดที่ดิน|di[eệ]n t[ií]ch [dđ][aấ]t|luas tanah|مساحة الأرض|tontin pinta-ala"
    ),
    "covered_area_m2": (
        r"(?:floor|living|built|building|internal|interior|covered|home|construction)[ -]?"
        r"(?:area|size|space|up area)"
        r"|sup\.? construcci[oó]n|(?:superficie|[aá]rea)?(?: de)? ?construcci[oó]n|construidos?|construida"
        r"|superficie (?:construida|cubierta)|[aá]rea (?:construida|cubierta)|constr\.?|cubiert[oa]s?"
        r"|wohnfl[aä]che|surface habitable|[aá]rea [uú]til|under roof|square (?:feet|footage)"
        r"|carpet area|construction|wonen|woonoppervlakte|gebruiksoppervlakte wonen"
        r"|superficie (?:interna|calpestabile)"
        r"|powierzchnia u[zż]ytkowa|u[zž]itn[aá] plocha|u[zž]itkov[aá] plocha|boarea|boyta|専有面積|建物面積"
        r"|superf[ií]cie [uú]til|[aá]rea (?:privativa|bruta|constru[ií]da)|superficie abitabile|bruksareal"
        r"|boligareal|p-rom|alapter[uü]let|suprafa[tțţ][aă] (?:util[aă]|construit[aă])|asuinpinta-ala"
        r"|huoneistoala|жилая площадь|εμβαδ[οό]ν|建筑面积|使用面积|전용면적"
        r"|พื้นที่ใช้สอย|luas bangunan|المساحة المبنية|stambena povr[sš]ina"
    ),
    "total_area_m2": (
        r"(?:super )?built-?up area|super(?: built-?up)? area|saleable area"
        r"|total (?:area|size|space|surface)|(?:superficie|[aá]rea) total|(?:property )?size|area"
        r"|superficie|surface|totales|powierzchnia(?: ca[lł]kowita)?|celkov[aá] plocha|oppervlakte"
        r"|total space|square met(?:er|re)s|plocha|metra[zż]|gesamtfl[aä]che|общая площадь|площадь"
        r"|toplam alan|kokonaispinta-ala|totalareal|suprafa[tțţ][aă](?: total[aă])?|povr[sš]ina|面积"
        r"|面積|면적"
        r"|พื้นที่|di[eệ]n t[ií]ch|المساحة|שטח"
    ),
    "total_floors": (
        r"stor(?:ey|ie)s|niveles|(?:cantidad|n[uú]mero) de (?:pisos|plantas|niveles)|anzahl (?:der )?etagen"
        r"|nombre d['’][eé]tages|numero (?:di )?piani|piani (?:edificio|totali)|liczba pi[eę]ter|antal"
        r" v[aå]ningar"
        r"|aantal (?:woonlagen|verdiepingen)|po[cč]et podla[zž][ií]|(?:number of )?floors|pisos en (?:el"
        r" )?edificio|total floors"
    ),
    "floor_number": (
        r"floor(?: number| level)?|nivel|piso|planta|etage|[eé]tage|andar|v[aå]ning(?:splan)?|etasje|kerros"
        r"|emelet"
        r"|etaj(?:ul)?|этаж|pi[eę]tro|podla[zž][ií]|patro|piano|verdieping|stockwerk|geschoss|[oό]ροφος"
        r"|bulundu[gğ]u kat|所在階|楼层|층수?|ชั้น|t[aầ]ng|lantai|kat"
    ),
    "age_years": (
        r"age|antig[uü]edad|a[nñ]os? de antig[uü]edad|property age|building age|bina ya[sş][ıi]|築年数"
    ),
    "construction_year": (
        r"(?:year )?built(?: in)?|year (?:built|of construction)|construction year"
        r"|constru[ií]d[oa] (?:em|en)|construit en|costruit[oa] nel|bâti en"
        r"|a[nñ]o de construcci[oó]n|baujahr|ann[eé]e de construction|bouwjaar|anno(?: di costruzione)?"
        r"|rok budowy|rok v[yý]stavby|bygg[aå]r|byggeår|築年月?|ano de constru[cç][aã]o"
        r"|rakennusvuosi|[eé]p[ií]t[eé]s [eé]ve|anul? construc[tțţ]iei|год постройки|год|yap[ıi]m y[ıi]l[ıi]"
        r"|έτος κατασκευής|godina izgradnje|opf[oø]relses[aå]r|ombygn[aå]r|建成年份|建築年月?|준공년도"
        r"|건축년도"
        r"|ปีที่สร้าง|n[aă]m x[aâ]y d[uự]ng|tahun dibangun|سنة البناء"
    ),
    "property_type": (
        r"(?:property|home|building|house) type|type of (?:property|home|house)"
        r"|tipo(?: d[ei] (?:propiedad|inmueble|im[oó]vel|immobile|propriet[aà]))?|tipologia|immobilientyp"
        r"|objektart|haustyp|wohnungstyp|style of property"
        r"|type de bien|type|bostadstyp|boligtype|boendeform|talotyyppi|(?:type|soort) (?:woning|woonhuis"
        r"|appartement|object|bouw)"
        r"|rodzaj nieruchomo[sś]ci|typ (?:bytu|domu|stavby)"
        r"|typ nieruchomo[sś]ci|typ"
        r"|typ nemovitosti|tip[uo]? imobil|тип (?:недвижимости|дома|объекта)|emlak tipi|物件種目|種別"
    ),
    "operation_type": (
        r"operaci[oó]n|tipo de operaci[oó]n|transaction(?: type)?|listing type|contract(?: type)?|for"
        r"|purpose|offer(?:ing)? type|sale or (?:rent|let)|vermarktungs(?:art|typ)|angebotsart"
        r"|typ (?:oferty|transakcji)|rodzaj (?:oferty|transakcji)|druh nab[ií]dky|typ nab[ií]dky"
        r"|tipo (?:di |de )?(?:contratto|contrato|oferta|transacci[oó]n|neg[oó]cio)|contratto|finalidade?"
        r"|type (?:d['’]offre|de transaction|aanbod)|neg[oó]cio|тип сделки|сделка|거래유형|交易类型"
    ),
    "price": (
        r"(?:asking |list(?:ing)? |sale |selling |guide |purchase |current |total )?price"
        r"|precio(?: de (?:venta|renta|alquiler|lista)| total)?|prix(?: de vente)?|kaufpreis|verkaufspreis"
        r"|angebotspreis|preis|vraagprijs|koopprijs|huurprijs|(?:kale )?huur|cena(?: ca[lł]kowita)?|pris|hyra"
        r"|m[aå]nadshyra|hinta|velaton hinta|myyntihinta|vuokra|価格|販売価格|賃料|家賃"
        r"|prezzo(?: di vendita| richiesto)?|canone(?: mensile| di locazione)?|affitto(?: mensile)?"
        r"|(?:monthly )?rent(?:al)?(?: price| amount)?|renta mensual|pre[cç]o(?: de venda)?"
        r"|valor(?: d[eoa] (?:venda|im[oó]vel|aluguel|loca[cç][aã]o))?"
        r"|canon(?: de arrendamiento)?|loyer(?: (?:mensuel|hors charges|hc|charges comprises|cc))?"
        r"|(?:netto|brutto)?kaltmiete|(?:grund|monats|netto)?miete|utg[aå]ngspris|slutpris|accepterat pris"
        r"|prisantydning|kontantpris|(?:m[aå]neds?)?leie|husleje|m[aå]nedlig leje|czynsz najmu|n[aá]jemn[eé]"
        r"|v[eé]tel[aá]r|ir[aá]ny[aá]r|[aá]r|b[eé]rleti d[ií]j|pre[tțţ]|chirie|цена|стоимость|ціна|вартість"
        r"|арендная плата|fiyat[ıi]?|kira(?: bedeli)?|τιμή|ενοίκιο|cijena|harga(?: jual| sewa)?"
        r"|gi[aá](?: b[aá]n)?"
        r"|gi[aá] thu[eê]|ราคา(?:ขาย)?|ค่าเช่า|السعر|الإيجار|מחיר|매매가|가격|월세|售价|总价|價格|租金|價錢"
    ),
    "property_id": (
        r"(?:listing|property|ad|web) ?(?:id|ref(?:erence)?|number|no\.?|#)"
        r"|ref(?:erence)?(?: ?(?:no\.?|number|#))?|clave"
        r"|(?:id|c[oó]digo|c[oó]d\.?)(?: (?:de(?:l)? )?(?:propiedad|anuncio|inmueble))?"
        r"|mls®?(?: ?#| id| number| no\.?)?|folio"
        r"|(?:n[uú]mero |n[ºo°]\.? )?(?:de )?refer[eê]ncia(?: del? (?:anuncio|inmueble))?"
        r"|r[eé]f(?:[eé]rence)?\.?(?: (?:de l['’]annonce|du bien|agence|annonce|interne))?"
        r"|rif(?:erimento|\.)?"
        r"|codice(?: annuncio| immobile)?"
        r"|objekt-?(?:nummer|nr\.?|id)|immobilien-?(?:nummer|nr\.?|id)|online-?(?:nummer|id)|kennung|exposé-?nr\.?"
        r"|(?:numer|nr\.?|id|symbol) (?:oferty|og[lł]oszenia)|(?:id|[cč][ií]slo|k[oó]d) (?:zak[aá]zky"
        r"|nab[ií]dky"
        r"|nemovitosti|inzer[aá]tu)|eviden[cč]n[ií] [cč][ií]slo|objekts?nummer|annonsnummer|finn-?kode"
        r"|sags(?:nr\.?|nummer)|kohdenumero|azonos[ií]t[oó]|referentie(?:nummer)?|ilan no|код объекта"
        r"|номер объявления|κωδικός|物件番号|管理番号|매물번호|房源编号|รหัสทรัพย์|m[aã] tin|kode listing"
    ),
    "address": r"address|street address|direcci[oó]n|domicilio|adresse|indirizzo|endere[cç]o",
    "neighborhood": r"neighbou?rhood|colonia|barrio|zona|subdivision|suburb|fraccionamiento|bairro|district",
    "city": (
        r"city|town|municipio|ciudad|alcald[ií]a|municipality|delegaci[oó]n|ville|ort|locality|stadt"
        r"|localidad|poblaci[oó]n|cidade|concelho|comune|citt[aà]|localit[aà]|commune|localit[eé]|plaats"
        r"|woonplaats|gemeente|miasto|miejscowo[sś][cć]|m[eě]sto|obec|kommun|postort|kaupunki"
    ),
    "state": (
        r"state/(?:county|province)|state|province|estado|provincia|region|county|entidad|bundesland"
        r"|d[eé]partement|distrito|wojew[oó]dztwo|kraj|regione|l[aä]n|fylke|provincie"
    ),
    "postal_code": (
        r"zip/postal code|postal/zip code|post(?:al)? ?code|zip(?: ?code)?|c[oó]digo postal|c\.?p\.?|plz|cep"
        r"|eircode|code postal|codice postale|cap|kod pocztowy|ps[cč]|postn(?:umme)?r|postinumero"
        r"|postleitzahl"
    ),
    "agent_name": (
        r"agent|(?:listing|sales|property) (?:agent|consultant)|listed by|agente|asesor(?:a)?|contacto"
        r"|contact|marketed by"
    ),
    "agency_name": (
        r"agency|office|broker(?:age|ed by)?|brokered by|inmobiliaria|agencia|estate agent"
        r"|listing office|real estate company|company|(?:listing )?brokerage|agence|agenzia|imobili[aá]ria"
        r"|makelaar|makler|biuro|real estate agency"
    ),
    "agent_phone": r"(?:agent(?:['’]s)? |contact )?(?:tele)?phone|tel\.?|tel[eé]fono|whatsapp|call|mobile",
    "listing_date": (
        r"(?:list(?:ed|ing)|published|posted|added)(?: date| on)?|date (?:listed|added|posted)"
        r"|publicad[oa](?: el)?|fecha de publicaci[oó]n"
    ),
    "standard_status": (
        r"(?:listing |sale |property )?status|estatus|situaci[oó]n|статус|objektstatus|salgsstatus"
        r"|vermarktungsstatus|販売状況"
    ),
}
"""Names a person reads: a label on a page, a header in a file; as short patterns without case."""
MAYBE_STATUS: Final = (
    "availability|disponibilidade?|verf[uü]gbarkeit|disponibilit[eé]|disponibilit[aà]|stav|stan|stato|estado|[eé]tat"
    "|stare|situa[cç][aã]o|durum|tila|tilstand|状況|状態|状态|상태"
)
"""Labels of a page that are a status, or more often a condition, a day or a province."""


def _keys() -> dict[str, tuple[str, int]]:
    found: dict[str, tuple[str, int]] = {}
    for field, line in KEYS.items():
        for rank, word in enumerate(line.split()):
            found.setdefault(compact(word), (field, rank))
    return found


FIELD_OF: Final = _keys()
