"""Auction calendars of the RealAuction kind: foreclosure and tax deed sales, a page an auction day."""
