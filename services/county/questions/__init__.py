"""What can be asked of county records: by parcel, place, date, amount and value; and how their loads went."""

from services.county.questions.checks import BadRecord, DataCheck, check_data
from services.county.questions.leads import LeadPage, LeadScoreRepository
from services.county.questions.parcels import KnownParcel, KnownRecord, Origin, known_parcel
from services.county.questions.records import CountyRecord, Page
from services.county.questions.repositories import (
    CodeViolationRepository,
    ForeclosureRepository,
    HighEquity,
    PropertyRecordRepository,
    PropertyRepository,
    RecordRepository,
    TaxCertificateRepository,
    TaxSaleRepository,
)
from services.county.questions.runs import (
    DataIngestionRunRepository,
    IngestionRun,
    LoadedCounty,
    RunPage,
    loaded_counties,
)

__all__ = [
    "BadRecord",
    "CodeViolationRepository",
    "CountyRecord",
    "DataCheck",
    "DataIngestionRunRepository",
    "ForeclosureRepository",
    "HighEquity",
    "IngestionRun",
    "KnownParcel",
    "KnownRecord",
    "LeadPage",
    "LeadScoreRepository",
    "LoadedCounty",
    "Origin",
    "Page",
    "PropertyRecordRepository",
    "PropertyRepository",
    "RecordRepository",
    "RunPage",
    "TaxCertificateRepository",
    "TaxSaleRepository",
    "check_data",
    "known_parcel",
    "loaded_counties",
]
