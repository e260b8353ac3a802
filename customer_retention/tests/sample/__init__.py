from . import test_several_addresses
from . import test_sampling
from . import test_sample
from . import test_sample_access
from . import test_sample_asking
from . import test_sample_tours
