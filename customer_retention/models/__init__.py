# The rooms, from the ground up. A room knows itself and the floors below; rooms of one floor, set
# apart by blank lines, do not know each other. `make lint` reads this order and holds to it.
from . import common

from . import event

from . import figures

from . import outlook

from . import acquisition
from . import loss
from . import profile

from . import program

from . import satisfaction

from . import survey
from . import sample
