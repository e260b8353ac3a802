from . import retention_range_mixin
from . import retention_customer_text_mixin
from . import retention_open_partner_mixin
from . import retention_open_document_mixin
from . import retention_follow_mixin
from . import retention_record_mixin
from . import retention_named_mixin
from . import res_partner_person
