from . import figures
from . import acquisition
from . import loss
from . import profile
from . import program
from . import satisfaction
from . import survey
