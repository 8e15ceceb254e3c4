-- What staff's list of payments is sorted and searched by.
CREATE INDEX payments_by_status ON payments (status, id);
CREATE INDEX payments_by_amount ON payments (amount_minor, id);
CREATE INDEX payments_by_day ON payments (created_at, id);
