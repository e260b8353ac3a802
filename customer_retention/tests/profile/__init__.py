from . import test_completeness
from . import test_household
from . import test_profile
from . import test_review
from . import test_portal_profile
from . import test_sensitive
from . import test_profile_tours
from . import test_look_alike
