"""Papers that leave the house: a referral as PDF, XLSX and JSON, and a suspicious transaction report as XML."""
