"""One person's own body: a posterior over sensitivity and transport from that person's assessments."""
