from . import test_survey_data
from . import test_survey_measure
from . import test_survey_invite
from . import test_survey_answer
from . import test_privacy
from . import test_requests
from . import test_survey_send
from . import test_survey_follow_on
