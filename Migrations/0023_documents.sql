-- Invoices that staff write, void and send; links that let their holder see and pay one of them.

-- What staff say to the buyer, on the document.
ALTER TABLE invoices ADD COLUMN memo text CHECK (length(memo) BETWEEN 1 AND 2000);

-- Staff look for invoices of everybody by number, by day, by state, and sort them.
CREATE INDEX invoices_by_number ON invoices ((number_text COLLATE "C"));
CREATE INDEX invoices_by_issue ON invoices (issued_at, id) WHERE issued_at IS NOT NULL;
CREATE INDEX invoices_by_due ON invoices ((coalesce(due_at, 'infinity')), id);
CREATE INDEX invoices_by_total ON invoices (total_minor, id);
CREATE INDEX invoices_by_status ON invoices (status, id);

CREATE TABLE invoice_voidances (
    invoice_id uuid PRIMARY KEY REFERENCES invoices,
    customer_id uuid NOT NULL REFERENCES customers,
    reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
    at timestamptz NOT NULL
);
CALL protect_customer_rows('invoice_voidances');
REVOKE UPDATE, DELETE ON invoice_voidances FROM billing_app;

-- What a mail is about, and whether the document goes along; its bytes are read when it is sent.
ALTER TABLE email_outbox
    ADD COLUMN invoice_id uuid REFERENCES invoices,
    ADD COLUMN attaches_document boolean NOT NULL DEFAULT false,
    ADD CHECK (NOT attaches_document OR invoice_id IS NOT NULL);
CREATE INDEX email_outbox_of_invoice ON email_outbox (invoice_id) WHERE invoice_id IS NOT NULL;

-- Whoever has the token sees and pays one invoice without logging in.
CREATE TABLE invoice_links (
    id uuid PRIMARY KEY,
    invoice_id uuid NOT NULL REFERENCES invoices,
    customer_id uuid NOT NULL REFERENCES customers,
    token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    last_used_at timestamptz,
    CHECK (expires_at > created_at)
);
CREATE INDEX invoice_links_of_invoice ON invoice_links (invoice_id);
CALL protect_customer_rows('invoice_links');
