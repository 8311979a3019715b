"""Which amount of a page is its price, and what the page says is on offer beside it."""

from __future__ import annotations

from tests.scrapers.extract.conftest import Read, document


def test_amounts_under_unknown_labels_are_doubtful(read: Read) -> None:
    """Where nothing says which of two amounts is the price, neither is applied and both are named."""
    rows = "<tr><td>Vrrm</td><td>€ 250.000</td></tr><tr><td>Grmbl</td><td>€ 3.000</td></tr>"
    found = read(document(f"<h1>Cottage</h1><table>{rows}</table><p>80 m²</p>"))
    assert "price" not in found.certain
    (doubt,) = (issue for issue in found.issues if issue["kind"] == "doubtful")
    assert doubt["readings"] == ["€ 250.000", "€ 3.000"]


def test_a_heading_that_names_both_offers_names_neither_of_the_price(read: Read) -> None:
    """The sale's amount is not called a rent because the heading has that word too."""
    prices = "<p class='precio'>$3,500,000 MXN</p><p class='precio'>$18,000 MXN / mes</p>"
    found = read(
        document(f"<h1>Casa en venta o renta</h1>{prices}<p>3 recámaras</p>"), "https://a.example/c/1"
    )
    assert found.raw["price"] == "$3,500,000 MXN"
    assert "operation_type" not in found.raw


def test_a_note_that_a_home_is_available_does_not_undo_a_sale(read: Read) -> None:
    """A home that is sold stays sold, whatever stands beside it."""
    body = "<h1>Cottage</h1><p>AVAILABLE</p><span class='ribbon'>Sold</span><p>£450,000</p><p>3 bedrooms</p>"
    table = "<table><tr><td>Status</td><td>Available</td></tr></table>"
    assert read(document(body + table)).raw["standard_status"] == "Sold"


def test_choices_to_click_on_are_no_status(read: Read) -> None:
    """Tabs that a page offers say nothing of its home."""
    tabs = "<div><a href='/a'>For sale</a> <a href='/b'>Sold</a> <button>Let</button></div>"
    found = read(document(f"{tabs}<h1>Cottage</h1><p>£450,000</p><p>3 bedrooms</p>"))
    assert "standard_status" not in found.raw
