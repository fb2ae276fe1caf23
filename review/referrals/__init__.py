"""Papers that leave the house: a referral as PDF, XLSX and JSON, a suspicious transaction report as XML."""
