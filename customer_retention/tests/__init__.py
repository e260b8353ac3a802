from . import test_abc
from . import test_gold
from . import test_rfm
from . import test_rhythm
from . import test_run
from . import test_status
from . import test_tools
from . import test_value
