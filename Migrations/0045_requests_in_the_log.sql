-- What a request changed is found by its identifier.
CREATE INDEX audit_log_of_request ON audit_log (request_id) WHERE request_id IS NOT NULL;
