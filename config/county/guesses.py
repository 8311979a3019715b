"""Names that columns of county layers commonly have, by kind and field, the commonest first."""

from __future__ import annotations

from typing import Final

_PARCEL: Final = (
    "PARCEL PARCELNO PARCEL_ID PARCELID PARCEL_NO PARCEL_NUM PARCELNUM PARCEL_NUMBER PIN FOLIO STRAP PCN APN "
    "USER_PARCEL PARCEL_NO_NO PAMS_PIN"
)
_SITUS: Final = {
    "address": "SITUS SITUS_ADDRESS SITUSADDR SITE_ADDR SITEADDR PHY_ADDR1 PROPERTY_ADDRESS "
    "ADDRESS LOCATION_NOTES",
    "city": "SITUS_CITY SITE_CITY PHY_CITY PROPERTY_CITY MAILINGCITY CITY",
    "postal_code": "SITUS_ZIP SITE_ZIP PHY_ZIPCD PROPERTY_ZIP ZIP_CODE ZIPCODE ZIP",
}

GUESSES: Final[dict[str, dict[str, str]]] = {
    "properties": {
        "parcel_id": _PARCEL,
        **_SITUS,
        "property_name": "PROP_NAME PROPERTY_NAME",
        "subdivision": "SUBDIVISION SUB_NAME SUBDIV",
    },
    "property_records": {
        "parcel_id": _PARCEL,
        "roll_year": "ASMNT_YR ROLL_YEAR TAX_YEAR ROLL_YR YEAR",
        "market_value": "TOTAL_MKT JV JUST_VALUE MARKET_VALUE JUST",
        "assessed_value": "TOTAL_ASSD AV_NSD ASSESSED_VALUE ASSESSED TOTAL_ASSESSED",
        "taxable_value": "TAXABLE TV_NSD TAXABLE_VALUE",
        "land_value": "LND_VAL LAND_VALUE",
        "taxes": "TAXES TAX_AMOUNT",
        "use_code": "DOR_CODE DOR_UC DOR_USE_CODE USE_CODE",
        "zoning": "ZONING_CODE ZONING",
        "year_built": "AYB ACT_YR_BLT YEAR_BUILT YR_BLT",
        "effective_year_built": "EYB EFF_YR_BLT",
        "living_area_sqft": "LIVING_AREA TOT_LVG_AREA HEATED_AREA",
        "lot_size_sqft": "LND_SQFOOT LOT_SQFT LOT_SIZE_SQFT",
        "bedrooms": "BEDS BEDROOMS",
        "bathrooms": "BATH BATHS BATHROOMS",
        "stories": "STYS STORIES",
        "pool": "POOL",
        "last_sale_date": "SALE_DATE LAST_SALE_DATE",
        "last_sale_price": "SALE_ADJ_VALUE SALE_PRC1 SALE_PRICE",
        "owner_name": "NAME1 OWN_NAME OWNER OWNER_NAME",
        "owner_name_2": "NAME2 OWNER2",
        "homestead": "HOMESTEAD HOMESTEAD_EXEMPTION",
        "mailing_address": "MAIL_ADDR MAIL_ADDRESS MAILING_ADDRESS MAIL_ADDR1 OWN_ADDR1",
        "mailing_city": "MAIL_CITY MAILING_CITY OWN_CITY",
        "mailing_state": "MAIL_STATE MAILING_STATE OWN_STATE",
        "mailing_postal_code": "MAIL_ZIP MAIL_ZIPCODE MAILING_ZIP OWN_ZIPCD",
    },
    "tax_sales": {
        "tda_number": "USER_TDA_NUM TDA_NUM TDA TDA_NUMBER",
        "parcel_id": _PARCEL,
        "sale_date": "USER_SALE_DATE SALE_DATE",
        "deed_status": "USER_DEED_STATUS DEED_STATUS",
        "opening_bid": "OPENING_BID",
        **_SITUS,
    },
    "code_violations": {
        "case_number": "APNO CRM_SR_ CASE_ CASE_NUMBER CASE_NO CASENUMBER",
        "parcel_id": _PARCEL,
        "opened_on": "CASEDT OPENED OPEN_DATE DATE_OPENED",
        "due_on": "DUE_DATE",
        "case_status": "CASEINFOSTATUS STATUS CASE_STATUS",
        "case_type": "CASE_TYPE VIOLATION_TYPE",
        "description": "CASE_COMMENTS DESCRIPTION",
        **_SITUS,
    },
}
"""Kind → field → names, apart from case. A kind is proposed where all that names its records is found."""


def guessed(columns: list[str]) -> dict[str, dict[str, str]]:
    """Kind → field → column: what columns of these names most likely are."""
    known = {name.upper(): name for name in reversed(columns)}
    found: dict[str, dict[str, str]] = {}
    for kind, fields in GUESSES.items():
        filled = {
            field: known[name]
            for field, names in fields.items()
            if (name := next((each for each in names.split() if each in known), None)) is not None
        }
        found[kind] = filled
    if "tda_number" in found["tax_sales"]:
        return {"tax_sales": found["tax_sales"]}
    if "case_number" in found["code_violations"] and "case_status" in found["code_violations"]:
        return {"code_violations": found["code_violations"]}
    kinds = {kind: found[kind] for kind in ("properties", "property_records") if "parcel_id" in found[kind]}
    records = kinds.get("property_records", {})
    if "mailing_address" in records and "address" in found["properties"]:
        records["absentee"] = found["properties"]["address"]
    if not records.keys() & {"market_value", "assessed_value", "year_built"}:
        kinds.pop("property_records", None)
    return kinds
