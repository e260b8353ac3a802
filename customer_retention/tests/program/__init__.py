from . import test_uplift
from . import test_program
from . import test_program_preview
from . import test_program_sources
from . import test_program_tours
from . import test_program_load
from . import test_followup_assign
from . import test_follow
