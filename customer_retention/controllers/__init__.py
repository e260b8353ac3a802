from . import portal
from . import profile
from . import survey_answer
from . import survey_guard
from . import unsubscribe
