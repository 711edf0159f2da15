"""From an order to the catheter's tip to the muscle: one day more drug, seen an hour at a time.

Thecal is not a medical device; the patient is invented.
"""

from thecal.body import Body, response
from thecal.catheter import filled
from thecal.mechanism import Metal, fill
from thecal.programmer.prescription import ContinuousDose, Prescription, program_for
from thecal.pump.commands import Commit, Stage, Update
from thecal.pump.devices import REFERENCE_20
from thecal.pump.machine import manufacture
from thecal.pump.refusals import Refusal
from thecal.twin.device import command, opened
from thecal.twin.simulation import simulate
from thecal.units import DAY_MS, HOUR_MS

order = Prescription(
    drug="baclofen",
    concentration_pg_per_nl=2_000,
    dosing=ContinuousDose(dose_pg_per_day=300_000_000),
    low_reservoir_alarm_nl=2_000_000,
    utc_offset_min=60,
)
update = Update(program=program_for(order, tubing_nl=140_000, catheter_nl=195_800), reservoir_nl=20_000_000)
pump = manufacture(serial="R-0001", pump_model=REFERENCE_20, now_ms=0)
metal, _ = fill(Metal(), at_ms=0, volume_nl=20_000_000, concentration_pg_per_nl=2_000)
device = opened(pump=pump, metal=metal, catheter=filled(335_800, 0))
for step in (
    Stage(transaction_id="first", onto_revision=0, update=update),
    Commit(transaction_id="first", digest=update.digest()),
):
    answer = command(device, step)
    assert not isinstance(answer, Refusal), answer
    device = answer

body = Body.adult("T10")
run = simulate(device, body, body.rest(), until_ms=4 * DAY_MS, every_ms=12 * HOUR_MS)
suppressed = response.suppression(run.course.effect_ng_per_ml["soleus"], tolerance=1.0)
for at_ms, dose, share in zip(run.times_ms, run.tip_pg_per_day, suppressed, strict=True):
    print(f"{at_ms // HOUR_MS:3d} h  {dose / 1e6:5.1f} mcg/day at the tip  {share:4.0%} of soleus tone suppressed")
