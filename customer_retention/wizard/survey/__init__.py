from . import retention_survey_send
