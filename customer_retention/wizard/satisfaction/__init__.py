from . import retention_followup_answer
