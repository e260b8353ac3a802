from . import test_contribution_delivered
