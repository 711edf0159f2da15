"""The patient's and the carer's own pages: phone first, plain words, one record."""
