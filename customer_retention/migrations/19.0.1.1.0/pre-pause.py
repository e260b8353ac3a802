"""A program whose pause is not the one of the settings keeps it."""

from odoo.tools.sql import column_exists

FROM_SETTINGS = -1


def migrate(cr, version):
    """Take over the pause that each program had before it could follow the settings.

    One that says the same as its company's settings (without a company, as those of the first one)
    follows them from now on.
    """
    if not column_exists(cr, "retention_program", "pause_days"):
        return
    cr.execute("ALTER TABLE retention_program ADD COLUMN IF NOT EXISTS own_pause_days INTEGER")
    cr.execute(
        """UPDATE retention_program
              SET own_pause_days = CASE WHEN pause_days = company.retention_pause_days THEN %s
                                        ELSE pause_days END
             FROM res_company AS company
            WHERE company.id = COALESCE(retention_program.company_id,
                                        (SELECT MIN(id) FROM res_company))
              AND pause_days IS NOT NULL AND own_pause_days IS NULL""",
        [FROM_SETTINGS],
    )
    cr.execute("ALTER TABLE retention_program DROP COLUMN pause_days")
