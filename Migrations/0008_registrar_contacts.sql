-- The people that names are registered for, as a registrar keeps them: an ending may ask for a kind
-- of contact of its own, and a contact stays what it was when the customer's particulars change.
CREATE TABLE registrar_contacts (
    customer_id uuid NOT NULL REFERENCES customers,
    registrar text NOT NULL,
    kind text NOT NULL,
    -- SHA-256 of what the registrar was told, in hexadecimal.
    particulars text NOT NULL CHECK (particulars ~ '^[0-9a-f]{64}$'),
    remote_id text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (customer_id, registrar, kind, particulars)
);
CALL protect_customer_rows('registrar_contacts');

ALTER TABLE registrar_customers DROP COLUMN remote_contact_id;
