"""The words portals use for a listing's facts: JSON keys, visible labels, units and markers, as data.

A line a field. Words are folded (lower case, no accents, no separators for keys); earlier words are
preferred when one object answers to several.
"""

# ruff: noqa: E501, SIM905 - a field is a line of words

from __future__ import annotations

import re
from typing import Final

from parsing.text import compact

KEYS: Final[dict[str, str]] = {
    "property_id": "propertyid listingid adid advertid classifiedid houseid inmuebleid publicid id",
    "title": "title headline listingtitle propertytitle seotitle heading titulo titel titre name",
    "description": "description fulldescription longdescription descripcion descriptionnormalized publicremarks"
    " remarks descriptiontext beschreibung descrizione descricao body text",
    "property_type": "propertysubtype subtype propertytypename propertytype typeofproperty"
    " realestatetype hometype housingtype buildingtype tipopropiedad tipodepropiedad tipoinmueble tipologia typology"
    " propertykind subcategory objecttype propertytypes type",
    "operation_type": "operationtype operation operacion tipooperacion tipodeoperacion transactiontype transaction"
    " listingtype channel searchtype saletype businesstype offertype contracttype purpose tradetype dealtype"
    " marketingtype category section status",
    "standard_status": "standardstatus listingstatus mlsstatus propertystatus",
    "address": "fulladdress formattedaddress displayaddress unparsedaddress addressline addressline1 streetaddress"
    " addressfull address direccion domicilio calle street line line1 adresse indirizzo endereco location",
    "neighborhood": "neighborhood neighbourhood neighborhoodname colonia barrio subdivision subdivisionname suburb"
    " bairro quartier district quartiere sublocality",
    "city": "city cityname addresslocality locality town municipality municipio ciudad ville comune cidade stadt"
    " postalcity suburbname",
    "state": "addressregion statecode state stateorprovince statename province provincia estado region regionname"
    " countyname county county bundesland",
    "postal_code": "postalcode zipcode zip postcode cp codigopostal plz cep postalcodefull",
    "latitude": "latitude lat geolat maplat",
    "longitude": "longitude lon lng long geolon geolng maplng maplon",
    "price": "listprice askingprice saleprice sellprice precioventa price currentprice displayprice pricevalue priceamount"
    " pricenumeric priceraw rawprice unformattedprice formattedprice listingprice pricetext priceformatted"
    " precio prix preis prezzo preco valor rentprice rentalprice monthlyrent rent precioalquiler preciorenta",
    "currency": "pricecurrency currencycode currency currencyiso moneda divisa currencysymbol",
    "price_period": "priceperiod rentperiod rentalperiod pricefrequency rentfrequency paymentfrequency leaseperiod"
    " periodo",
    "price_max": "pricemax maxprice listpricehigh pricehigh",
    "price_per_m2": "pricepersqm pricepersquaremeter pricepersquaremetre pricepermeter pricem2 preciom2 priceperm2",
    "bedrooms": "bedrooms numberofbedrooms numbedrooms bedroomstotal totalbedrooms bedroomcount bedroomscount beds"
    " numbeds numberofbeds bed bedroom recamaras numrecamaras habitaciones dormitorios dorms quartos camere"
    " schlafzimmer chambres",
    "bathrooms": "bathroomsfull bathsfull fullbathrooms fullbaths numberoffullbathrooms bathrooms numberofbathroomstotal"
    " numberofbathrooms numbathrooms bathroomstotalinteger bathroomstotal totalbathrooms bathroomcount baths"
    " numbaths bathstotal bath bathroom banos bathroomscount banheiros bagni badezimmer"
    " sallesdebain",
    "half_bathrooms": "bathroomshalf bathshalf halfbathrooms halfbaths numberofpartialbathrooms mediosbanos halfbath",
    "parking_spaces": "parkingspaces numberofparkingspaces parkingspots garagespaces garages numgarages carspaces"
    " carports parking estacionamientos cocheras cajones vagas garage parkingtotal",
    "total_area_m2": "totalarea totalsurface surfacetotal superficietotal areatotal surface superficie propertysize size"
    " area m2 sqm squaremeters squaremetres surfacearea",
    "covered_area_m2": "floorsize livingarea livingareasize floorarea builtarea coveredarea coveredsurface constructionarea"
    " construccion superficiecubierta superficieconstruida constructedarea internalarea interiorarea buildingarea"
    " buildingareatotal squarefeet squarefootage usablearea netarea grossarea livingspace wohnflaeche areautil"
    " homesize",
    "lot_size_m2": "lotsize lotsizearea lotarea lot landarea landsize plotsize plotarea plot erfsize standsize terreno"
    " superficieterreno lotsizevalue siteare sitearea groundarea grundstuecksflaeche",
    "floor_number": "floornumber floorlevel floor piso planta etage andar",
    "total_floors": "totalfloors numberoffloors numfloors storiestotal stories storeys floors floorcount niveles pisos",
    "age_years": "ageyears propertyage buildingage antiquity antiguedad",
    "construction_year": "yearbuilt constructionyear builtyear buildyear yearconstructed anoconstruccion baujahr"
    " yearofconstruction",
    "features": "features keyfeatures highlights caracteristicas",
    "amenities": "amenities amenityfeature facilities amenidades comodidades servicios equipment",
    "image_urls": "images photos pictures imageurls photourls gallery imagelist imagegallery fotos imagenes bilder"
    " propertyphotos propertyimages listingphotos allphotos originalphotos photo image",
    "main_image_url": "mainimage primaryphoto mainphoto coverphoto heroimage primaryimage featuredimage coverimage"
    " imageurl photourl thumbnail thumbnailurl",
    "virtual_tour_url": "virtualtoururl virtualtour virtualtours virtualtourunbranded tour360 matterporturl",
    "video_url": "videourl video videos videotours youtubeurl",
    "agent_name": "agentname listagentfullname agentfullname listingagent contactname advertisername sellername",
    "agent_phone": "agentphone listagentpreferredphone contactphone phonenumber telephone phone whatsapp mobile telefono",
    "agent_email": "agentemail listagentemail contactemail email",
    "agency_name": "agencyname listofficename officename brokername brokeragename brokerage branchname publishername"
    " companyname inmobiliaria",
    "message_url": "contacturl enquiryurl inquiryurl leadurl",
    "is_featured": "isfeatured featured ispromoted",
    "is_premium": "ispremium premium premier",
    "listing_date": "listingdate listdate dateposted publishdate publisheddate datepublished publicationdate"
    " firstpublishdate onmarketdate dateadded listingcontractdate createdat fechapublicacion",
}

AMOUNT_KEYS: Final = (
    "amount value raw number numeric price min from exact formatted display displayvalue text label".split()
)
NAME_KEYS: Final = "name label text value displayname displayvalue localized title es en".split()
STREET_KEYS: Final = (
    "streetaddress fulladdress formatted formattedaddress displayaddress line line1 address street".split()
)
URL_KEYS: Final = (
    "url href link detailurl propertyurl listingurl permalink canonicalurl detailspageurl path slugurl"
    " propertylink absoluteurl uri".split()
)
IMAGE_KEYS: Final = "original full large big hd href url src contenturl large_url largeurl fullurl".split()

NO_PLACE: Final = frozenset(
    "published active online offline live sold rented pending available draft expired inactive closed new used normal default".split()
)
PLACE_BOXES: Final = frozenset(
    "address location place addressdetails ubicacion direccion propertylocation".split()
)
SUFFIXES: Final = (
    ("propertytype", "property_type"),
    ("floorarea", "covered_area_m2"),
    ("lotsize", "lot_size_m2"),
)

PRICE_BOXES: Final = frozenset(
    compact(word)
    for word in "price list_price pricing price_info price_data price_detail price_details asking_price precio prices"
    " current_price sale_price rent rent_price money valor cost".split()
)
GEO_BOXES: Final = frozenset(
    "geo point coordinate coordinates position latlng latlon gps geolocation map geocode centroid".split()
)
AGENT_BOXES: Final = frozenset(
    "agent agents listingagent listingagents primaryagent agentdetails seller sellers contact contacts agentinfo realtor"
    " advertiser advertisers offeredby listedby salesperson".split()
)
AGENCY_BOXES: Final = frozenset(
    "agency office broker brokerage branch company publisher estateagent realestateagent inmobiliaria organization"
    " listingoffice provider worksfor customer anunciante owner".split()
)
QUANTITY_FIELDS: Final = frozenset({"total_area_m2", "covered_area_m2", "lot_size_m2"})
COUNT_FIELDS: Final = frozenset(
    {"bedrooms", "bathrooms", "half_bathrooms", "parking_spaces", "floor_number", "total_floors", "age_years"}
    | {"construction_year"}
)


LABELS: Final[dict[str, str]] = {
    "bedrooms": r"bed ?rooms?|beds?|bdrms?|bds?|br|rec[aá]maras?|rec\.?|habitaci[oó]n(?:es)?|habs?\.?|dormitorios?|dorms?\.?"
    r"|alcobas?|quartos?|chambres?|schlafzimmer|camere da letto",
    "half_bathrooms": r"half[ -]?bath(?:room)?s?|medios? ba[nñ]os?|half ba",
    "bathrooms": r"(?:full )?bath ?rooms?|(?:full )?baths?|ba|ba[nñ]os?(?: completos?)?|banheiros?|salles? de bains?"
    r"|badezimmer|bagn[io]|shower rooms?",
    "parking_spaces": r"parking(?: spaces?| spots?| places?)?|garages?(?: spaces?)?|car ?(?:ports?|spaces?)|estacionamientos?"
    r"|estac\.?|cocheras?|cajones?(?: de estacionamiento)?|lugares de estacionamiento|vagas?|stellpl[aä]tze?|garajes?|cars",
    "lot_size_m2": r"lot(?: size| area)?|land(?: size| area)?|plot(?: size| area)?|erf(?: size)?|stand size|site (?:area|size)"
    r"|lote|(?:superficie|[aá]rea|m²|m2|metros)?(?: del?)? ?terreno|grundst[uü]cks?fl[aä]che|tama[nñ]o del (?:lote|terreno)"
    r"|surface (?:du )?terrain",
    "covered_area_m2": r"(?:floor|living|built|building|internal|interior|covered|home|construction)[ -]?(?:area|size|space|up area)"
    r"|(?:superficie|[aá]rea)?(?: de)? ?construcci[oó]n|construidos?|construida|superficie (?:construida|cubierta)"
    r"|[aá]rea (?:construida|cubierta)|constr\.?|cubiert[oa]s?|wohnfl[aä]che|surface habitable|[aá]rea [uú]til|under roof",
    "total_area_m2": r"total (?:area|size|space|surface)|(?:superficie|[aá]rea) total|(?:property )?size|area|superficie|surface"
    r"|totales|total space|square (?:feet|footage|meters|metres)",
    "total_floors": r"stor(?:ey|ie)s|niveles|(?:number of )?floors|pisos en (?:el )?edificio|total floors",
    "floor_number": r"floor(?: number| level)?|piso|planta|etage|[eé]tage|andar",
    "age_years": r"age|antig[uü]edad|a[nñ]os? de antig[uü]edad|property age|building age",
    "construction_year": r"(?:year )?built(?: in)?|year (?:built|of construction)|construction year|a[nñ]o de construcci[oó]n"
    r"|baujahr|ann[eé]e de construction",
    "property_type": r"(?:property|home|building|house|listing) type|type of (?:property|home|house)|tipo(?: de (?:propiedad|inmueble))?"
    r"|objektart|style of property|type de bien|type",
    "operation_type": r"operaci[oó]n|tipo de operaci[oó]n|transaction(?: type)?|contract(?: type)?|for",
    "price": r"(?:asking |list(?:ing)? |sale |guide |purchase )?price|precio(?: de venta| de renta)?|prix|kaufpreis|preis|prezzo"
    r"|(?:monthly )?rent|renta mensual|pre[cç]o",
    "property_id": r"(?:listing|property|ad|web) ?(?:id|ref(?:erence)?|number|no\.?|#)|ref(?:erence)?(?: ?(?:no\.?|number|#))?|clave"
    r"|(?:id|c[oó]digo|c[oó]d\.?)(?: (?:de(?:l)? )?(?:propiedad|anuncio|inmueble))?|mls(?: ?#| id| number)?|folio",
    "address": r"address|street address|direcci[oó]n|domicilio|adresse|indirizzo|endere[cç]o",
    "neighborhood": r"neighbou?rhood|colonia|barrio|zona|subdivision|suburb|fraccionamiento|bairro|district",
    "city": r"city|town|municipio|ciudad|alcald[ií]a|municipality|delegaci[oó]n|ville|ort|locality",
    "state": r"state|province|estado|provincia|region|county|entidad",
    "postal_code": r"post(?:al)? ?code|zip(?: ?code)?|c[oó]digo postal|c\.?p\.?|plz|cep|eircode",
    "agent_name": r"agent|(?:listing|sales|property) (?:agent|consultant)|listed by|agente|asesor(?:a)?|contacto|contact|marketed by",
    "agency_name": r"agency|office|broker(?:age|ed by)?|brokered by|inmobiliaria|agencia|estate agent|listing office|real estate company",
    "agent_phone": r"(?:tele)?phone|tel\.?|tel[eé]fono|whatsapp|call|mobile",
    "listing_date": r"(?:list(?:ed|ing)|published|posted|added)(?: date| on)?|date (?:listed|added|posted)|publicad[oa](?: el)?"
    r"|fecha de publicaci[oó]n",
    "standard_status": r"(?:listing )?status|estatus|situaci[oó]n",
}

SIMILAR: Final = re.compile(
    r"similar|related|recommend|suggest|nearby|near_?by|near-|(?:you|also|might|may)[-_ ]?(?:also|like)|more[-_ ]?like"
    r"|other[-_ ]?(?:listing|propert|home|ad)|more[-_ ]?(?:listing|propert|home|from)|relevant|recently[-_ ]?(?:viewed|sold)"
    r"|last[-_ ]?(?:viewed|seen)|viewed|featured[-_ ]?(?:listing|propert|home)|comparable|comps\b|neighbou?ring|relacionad"
    r"|parecid|recomendad|cercan|tambi[eé]n|destacad[oa]s|[aä]hnlich|similaires|simili|semelhant|promoted[-_ ]?(?:listing|ad)"
    r"|sponsored|cross[-_ ]?sell|alternativ",
    re.IGNORECASE,
)
UNRELATED: Final = re.compile(
    r"^(?:.*mortgage.*|.*calculator.*|schools?|.*schools|.*stations?|poi|pois|.*transports?|.*history.*|taxes|taxrecords?"
    r"|.*stats|.*statistics|.*trends|ads|.*advert|query|filters?|search.*params?|searchparams|searchfilters?|user|account|session"
    r"|translations?|messages|i18n|locale|config|settings|features?flags|flags|experiments|.*leadform.*|breadcrumbs?|seo.*|meta"
    r"|tracking|analytics|reviews?|comments|faq.*|footer|header|headerdata|nav.*|menu|site.*|env|logo.*|.*branding|places?ofinterest"
    r"|.*floorplans?|documents?|brochures?|openhouses?|openviewings|broadband|.*alerts?|lastsold.*|estimate.*|insurance.*|plans"
    r"|epc|ber|energy.*|payment.*|financing|isfetching|pagedata|products?|.*promotions?|.*attributes)$"
)
SIMILAR_HEADING: Final = re.compile(
    r"similar|related (?:propert|listing|home)|recommended|you (?:may|might) (?:also )?like|nearby (?:homes|propert|listing)"
    r"|(?:more|other) (?:homes|propert|listing|houses|apartments)|recently (?:viewed|sold)|tambi[eé]n te|te puede|parecid"
    r"|relacionad|otras propiedades|m[aá]s propiedades|propiedades (?:cercanas|recomendadas)|[aä]hnliche|comparable homes"
    r"|homes for you|biens similaires|neighbou?rs",
    re.IGNORECASE,
)


def _keys() -> dict[str, tuple[str, int]]:
    found: dict[str, tuple[str, int]] = {}
    for field, words in KEYS.items():
        for rank, word in enumerate(words.split()):
            found.setdefault(compact(word), (field, rank))
    return found


FIELD_OF: Final = _keys()
