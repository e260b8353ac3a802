from . import test_contribution
from . import test_contribution_access
from . import test_contribution_companies
from . import test_contribution_property
from . import test_contribution_whale
from . import test_contribution_tours
