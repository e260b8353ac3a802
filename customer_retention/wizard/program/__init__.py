from . import retention_call_plan
from . import retention_program_add
from . import retention_program_start
from . import retention_program_try
from . import retention_followup_assign
from . import retention_followup_postpone
from . import retention_salesperson_assign
