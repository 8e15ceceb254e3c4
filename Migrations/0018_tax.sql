-- Which taxes are levied, from whom they are not, and how buyers' VAT numbers were confirmed.

-- A rule is never edited: it is ended, and another one begins.
CREATE TABLE tax_rules (
    id uuid PRIMARY KEY,
    -- The tax as it stands on invoices: VAT, GST.
    component text NOT NULL CHECK (length(component) BETWEEN 1 AND 40),
    country char(2) NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    -- The second part of an ISO 3166-2 code; null for the whole country.
    region text CHECK (region ~ '^[A-Z0-9]{1,3}$'),
    -- Null for everything.
    product text CHECK (product IN ('hosting', 'domain', 'license', 'fee')),
    -- In millionths.
    rate integer NOT NULL CHECK (rate BETWEEN 0 AND 1000000),
    is_compound boolean NOT NULL,
    valid_from timestamptz,
    valid_to timestamptz,
    created_at timestamptz NOT NULL,
    CHECK (valid_from < valid_to)
);

CREATE FUNCTION keep_tax_rule() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF to_jsonb(NEW) - 'valid_to' IS DISTINCT FROM to_jsonb(OLD) - 'valid_to' THEN
        RAISE EXCEPTION 'a tax rule cannot be changed' USING ERRCODE = 'NP001';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER keep_rule BEFORE UPDATE ON tax_rules
    FOR EACH ROW EXECUTE FUNCTION keep_tax_rule();

CREATE TABLE tax_exemptions (
    id uuid PRIMARY KEY,
    customer_id uuid NOT NULL REFERENCES customers,
    -- Stands on the invoice, such as the number of a certificate.
    reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 200),
    -- The taxes it frees from; null for all.
    components text[] CHECK (cardinality(components) > 0),
    valid_from timestamptz,
    valid_to timestamptz,
    created_at timestamptz NOT NULL,
    CHECK (valid_from < valid_to)
);
CREATE INDEX tax_exemptions_of_customer ON tax_exemptions (customer_id, id);
CALL protect_customer_rows('tax_exemptions');

ALTER TABLE customers
    ADD COLUMN vat_number text CHECK (vat_number ~ '^[A-Z]{2}[A-Z0-9+*]{2,12}$');
CREATE INDEX customers_with_vat_number ON customers (id) WHERE vat_number IS NOT NULL;

-- What the tax offices' register said, which is the proof that a sale was made without tax.
CREATE TABLE vat_checks (
    id uuid PRIMARY KEY,
    customer_id uuid NOT NULL REFERENCES customers,
    vat_number text NOT NULL,
    status text NOT NULL CHECK (status IN ('valid', 'invalid')),
    -- Who the register says it is, where the country tells.
    name text,
    address text,
    -- The number under which the register keeps the question.
    consultation text,
    checked_at timestamptz NOT NULL
);
CREATE INDEX vat_checks_of_customer ON vat_checks (customer_id, checked_at);
CALL protect_customer_rows('vat_checks');
REVOKE UPDATE, DELETE ON vat_checks FROM billing_app;

-- How the taxes of a document were rounded.
ALTER TABLE invoices
    ADD COLUMN tax_unit text NOT NULL DEFAULT 'line' CHECK (tax_unit IN ('line', 'invoice')),
    ADD COLUMN tax_rounding text NOT NULL DEFAULT 'half_even'
        CHECK (tax_rounding IN ('half_even', 'half_away_from_zero', 'towards_zero'));
