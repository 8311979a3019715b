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
        "propertysubtype subtype propertytypename propertytype typeofproperty realestatetype hometype "
        "housingtype buildingtype tipopropiedad tipodepropiedad tipoinmueble tipologia typology "
        "propertykind subcategory objecttype propertytypes type propertytypedimension objektart haustyp "
        "wohnungstyp typebien"
    ),
    "operation_type": (
        "operationtype operation operacion tipooperacion tipodeoperacion transactiontype transaction "
        "listingtype channel searchtype saletype businesstype offertype contracttype purpose tradetype "
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
        "addressregion statecode state stateorprovince statename province provincia estado region "
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
        "beds numbeds numberofbeds bed bedroom recamaras numrecamaras habitaciones dormitorios dorms "
        "quartos camere schlafzimmer chambres"
    ),
    "bathrooms": (
        "bathroomsfull bathsfull fullbathrooms fullbaths numberoffullbathrooms bathrooms "
        "numberofbathroomstotal numberofbathrooms numbathrooms bathroomstotalinteger bathroomstotal "
        "totalbathrooms bathroomcount baths numbaths bathstotal bath bathroom banos bathroomscount "
        "banheiros bagni badezimmer sallesdebain"
    ),
    "half_bathrooms": (
        "bathroomshalf bathshalf halfbathrooms halfbaths numberofpartialbathrooms mediosbanos halfbath"
    ),
    "parking_spaces": (
        "parkingspaces numberofparkingspaces parkingspots garagespaces garages numgarages carspaces "
        "carports parking estacionamientos cocheras cajones vagas garage parkingtotal parkinggarage"
    ),
    "total_area_m2": (
        "totalarea totalsurface surfacetotal superficietotal areatotal surface superficie propertysize "
        "size area m2 sqm squaremeters squaremetres surfacearea"
    ),
    "covered_area_m2": (
        "floorsize livingarea livingareasize floorarea builtarea coveredarea coveredsurface "
        "constructionarea construccion supconstruccion superficiecubierta superficieconstruida "
        "constructedarea "
        "internalarea interiorarea buildingarea buildingareatotal squarefeet squarefootage usablearea "
        "netarea grossarea livingspace wohnflaeche areautil homesize sqft sqrfootage sqfootage totlvgarea "
        "heatedsqft heatedarea buildingsqft livingsqft approxsqft wohnflache m2construccion "
        "livingareavalue"
    ),
    "lot_size_m2": (
        "lotsize lotsizearea lotarea lot landarea landsize plotsize plotarea plot erfsize standsize "
        "terreno superficieterreno supterreno lotsizevalue siteare sitearea groundarea "
        "grundstuecksflaeche lotsqft "
        "acreage acres lndsqfoot lotareavalue lotacres lotsizesquarefeet lotsizeacres m2terreno "
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
        "agentphone listagentpreferredphone contactphone phonenumber telephone phone whatsapp mobile "
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
    "covered_area_m2": "sqm",
    "description": "agentremarks",
    "property_type": "style kind tipo",
    "standard_status": "status",
    "neighborhood": "location neighborhoods area",
    "state": "st",
    "gps_coordinates": "gps coordinates location latlong latlng geo coordenadas gpscoordinates",
    "price": "amount lp",
    "bedrooms": "br zimmer",
    "bathrooms": "ba",
    "construction_year": "built",
    "main_image_url": "photo image",
    "agent_name": "agent",
    "agency_name": "broker office agency",
    "listing_date": "listed",
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
    ),
    "half_bathrooms": r"half[ -]?bath(?:room)?s?|medios? ba[nñ]os?|half ba",
    "bathrooms": (
        r"(?:full )?bath ?rooms?|(?:full )?baths?|ba|ba[nñ]os?(?: completos?)?|banheiros?"
        r"|salles? de bains?|badezimmer|b[aä]der|bagn[io]|shower rooms?|badkamers?"
        r"|[lł]azienk[ai]|[lł]azienek|koupeln[ay]|koupelen|badrum|badev[aæ]relser|kylpyhuone(?:tta)?"
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
        r"|perceel(?:oppervlakte)?|powierzchnia dzia[lł]ki|plocha pozemku|tomtarea|tomt|土地面積"
    ),
    "covered_area_m2": (
        r"(?:floor|living|built|building|internal|interior|covered|home|construction)[ -]?"
        r"(?:area|size|space|up area)"
        r"|sup\.? construcci[oó]n|(?:superficie|[aá]rea)?(?: de)? ?construcci[oó]n|construidos?|construida"
        r"|superficie (?:construida|cubierta)|[aá]rea (?:construida|cubierta)|constr\.?|cubiert[oa]s?"
        r"|wohnfl[aä]che|surface habitable|[aá]rea [uú]til|under roof|square (?:feet|footage)"
        r"|carpet area|built-?up area|woonoppervlakte|gebruiksoppervlakte wonen"
        r"|superficie (?:interna|calpestabile)"
        r"|powierzchnia u[zż]ytkowa|u[zž]itn[aá] plocha|boarea|boyta|専有面積|建物面積"
    ),
    "total_area_m2": (
        r"total (?:area|size|space|surface)|(?:superficie|[aá]rea) total|(?:property )?size|area"
        r"|superficie|surface|totales|powierzchnia(?: ca[lł]kowita)?|celkov[aá] plocha|oppervlakte"
        r"|total space|square met(?:er|re)s"
    ),
    "total_floors": r"stor(?:ey|ie)s|niveles|(?:number of )?floors|pisos en (?:el )?edificio|total floors",
    "floor_number": r"floor(?: number| level)?|piso|planta|etage|[eé]tage|andar",
    "age_years": r"age|antig[uü]edad|a[nñ]os? de antig[uü]edad|property age|building age",
    "construction_year": (
        r"(?:year )?built(?: in)?|year (?:built|of construction)|construction year"
        r"|a[nñ]o de construcci[oó]n|baujahr|ann[eé]e de construction|bouwjaar|anno(?: di costruzione)?"
        r"|rok budowy|rok v[yý]stavby|bygg[aå]r|byggeår|築年月?|ano de constru[cç][aã]o"
    ),
    "property_type": (
        r"(?:property|home|building|house) type|type of (?:property|home|house)"
        r"|tipo(?: de (?:propiedad|inmueble))?|objektart|haustyp|wohnungstyp|style of property"
        r"|type de bien|type"
    ),
    "operation_type": (
        r"operaci[oó]n|tipo de operaci[oó]n|transaction(?: type)?|listing type|contract(?: type)?|for"
    ),
    "price": (
        r"(?:asking |list(?:ing)? |sale |guide |purchase )?price|precio(?: de venta| de renta)?|prix"
        r"|kaufpreis|preis|vraagprijs|koopprijs|huurprijs|cena|pris|hyra|hinta|価格|販売価格"
        r"|prezzo|(?:monthly )?rent|renta mensual|pre[cç]o"
    ),
    "property_id": (
        r"(?:listing|property|ad|web) ?(?:id|ref(?:erence)?|number|no\.?|#)"
        r"|ref(?:erence)?(?: ?(?:no\.?|number|#))?|clave"
        r"|(?:id|c[oó]digo|c[oó]d\.?)(?: (?:de(?:l)? )?(?:propiedad|anuncio|inmueble))?"
        r"|mls(?: ?#| id| number)?|folio"
    ),
    "address": r"address|street address|direcci[oó]n|domicilio|adresse|indirizzo|endere[cç]o",
    "neighborhood": r"neighbou?rhood|colonia|barrio|zona|subdivision|suburb|fraccionamiento|bairro|district",
    "city": r"city|town|municipio|ciudad|alcald[ií]a|municipality|delegaci[oó]n|ville|ort|locality",
    "state": r"state/(?:county|province)|state|province|estado|provincia|region|county|entidad",
    "postal_code": (
        r"zip/postal code|postal/zip code|post(?:al)? ?code|zip(?: ?code)?|c[oó]digo postal|c\.?p\.?|plz|cep"
        r"|eircode"
    ),
    "agent_name": (
        r"agent|(?:listing|sales|property) (?:agent|consultant)|listed by|agente|asesor(?:a)?|contacto"
        r"|contact|marketed by"
    ),
    "agency_name": (
        r"agency|office|broker(?:age|ed by)?|brokered by|inmobiliaria|agencia|estate agent"
        r"|listing office|real estate company"
    ),
    "agent_phone": r"(?:tele)?phone|tel\.?|tel[eé]fono|whatsapp|call|mobile",
    "listing_date": (
        r"(?:list(?:ed|ing)|published|posted|added)(?: date| on)?|date (?:listed|added|posted)"
        r"|publicad[oa](?: el)?|fecha de publicaci[oó]n"
    ),
    "standard_status": r"(?:listing )?status|estatus|situaci[oó]n",
}
"""Names a person reads: a label on a page, a header in a file; as short patterns without case."""


def _keys() -> dict[str, tuple[str, int]]:
    found: dict[str, tuple[str, int]] = {}
    for field, line in KEYS.items():
        for rank, word in enumerate(line.split()):
            found.setdefault(compact(word), (field, rank))
    return found


FIELD_OF: Final = _keys()
