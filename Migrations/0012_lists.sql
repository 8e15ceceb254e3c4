-- What long lists need: indexes for what they are sorted and filtered by, and the views of them that
-- people keep.

-- The customers' own lists are short and have theirs; these are of everybody's rows.
CREATE INDEX customers_by_name ON customers (name, id);
CREATE INDEX orders_by_total ON orders (total_minor, id);
CREATE INDEX payments_of_order ON payments (order_id);
CREATE INDEX licenses_by_status ON licenses (status, id);
CREATE INDEX licenses_by_end ON licenses ((coalesce(expires_at, 'infinity')), id);
CREATE INDEX hosting_accounts_of_server_by_name ON hosting_accounts (server_id, username, id);
CREATE INDEX jobs_ended ON jobs (status, finished_at, id) WHERE status IN ('done', 'dead');
CREATE INDEX audit_log_by_action ON audit_log (action, id);

ALTER TABLE users ADD UNIQUE (id, customer_id);

-- A list as somebody keeps it: what is looked for, the order and the columns, under a name.
CREATE TABLE saved_views (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users,
    -- The customer whose user it is; none for staff.
    customer_id uuid REFERENCES customers,
    list text NOT NULL CHECK (list ~ '^[a-z_.]{1,40}$'),
    -- A place of twenty, so that nobody has more of one list.
    position smallint NOT NULL CHECK (position BETWEEN 1 AND 20),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
    query text NOT NULL CHECK (length(query) <= 1000),
    created_at timestamptz NOT NULL,
    UNIQUE (user_id, list, position),
    UNIQUE (user_id, list, name),
    FOREIGN KEY (user_id, customer_id) REFERENCES users (id, customer_id)
);
CALL protect_customer_rows('saved_views');
