from . import account_move_reversal
from . import retention_complaint_promise_give
from . import retention_followup_answer
