"""What a review says before anything is sent. Thecal is not a medical device; the patient is invented."""

from pathlib import Path

from thecal.scenario import read, review_visit

here = Path(__file__).parent
for name in ("01_concentration_change.json", "05_weaker_drug.json"):
    reviewed, _ = review_visit(read(here / name), 0)
    print(f"{name}: {reviewed.verdict.name}")
    print(f"  bridge: {reviewed.bridge}")
    print(f"  with no bridge: {reviewed.without_bridge}")
    for finding in reviewed.findings:
        print(f"  {finding.severity.name}: {finding.says} {finding.remedy}")
