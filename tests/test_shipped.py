"""What a business deleted of the shipped lists stays deleted after an update; what is new arrives."""

import subprocess
import sys

from test_life import install


def run(database, code):
    """Run code in an environment of ``database``, and return what it prints."""
    body = (
        "import sys\nfrom dev.session import environment\nwith environment(sys.argv[1]) as env:\n"
    )
    code = "".join(f"    {line}\n" for line in code.strip().splitlines())
    done = subprocess.run(
        [sys.executable, "-c", body + code, database],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert not done.returncode, done.stderr
    return done.stdout.split()


DELETE = """
env.ref("customer_retention.retention_reason_people").unlink()
env.ref("customer_retention.lost_reason_unvalued").unlink()
program = env.ref("customer_retention.retention_program_birthday")
print(program.id)
program.unlink()
env.ref("customer_retention.survey_survey_priority").unlink()
# A record that only a later version ships: nobody has it, and nobody deleted it.
data = env.ref("customer_retention.retention_interest_1", False)
new = env["ir.model.data"].search(
    [("module", "=", "customer_retention"), ("model", "=", "retention.interest")], limit=1
)
print(new.name)
key = env["ir.config_parameter"].search([("key", "=", "customer_retention.shipped")])
key.value = " ".join(name for name in key.value.split() if name != new.name)
env["retention.interest"].browse(new.res_id).unlink()
env.cr.commit()
"""
LOOK = """
for name in ("retention_reason_people", "lost_reason_unvalued", "retention_program_birthday",
             "survey_survey_priority", "{new}", "retention_reason_price"):
    print(name, bool(env.ref("customer_retention." + name, False)))
print(env["retention.program.step"].search_count([("program_id", "=", False)]))
"""


def test_deleted_stays_deleted(lend):
    database = lend("TEMPLATE")
    _program, new = run(database, DELETE)
    for _twice in range(2):
        install(database, "-u", "customer_retention")
        found = run(database, LOOK.replace("{new}", new))
        there = dict(zip(found[:-1:2], found[1::2], strict=True))
        assert there == {
            "retention_reason_people": "False",
            "lost_reason_unvalued": "False",
            "retention_program_birthday": "False",
            "survey_survey_priority": "False",
            new: "True",
            "retention_reason_price": "True",
        }
        assert found[-1] == "0"
