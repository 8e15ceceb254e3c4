-- The files of issued invoices, exactly as they were first handed out.
CREATE TABLE invoice_pdfs (
    invoice_id uuid PRIMARY KEY REFERENCES invoices,
    customer_id uuid NOT NULL REFERENCES customers,
    bytes bytea NOT NULL CHECK (length(bytes) > 0),
    sha256 bytea NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT invoice_pdfs_are_whole CHECK (sha256 = sha256(bytes))
);
-- The files are compressed already.
ALTER TABLE invoice_pdfs ALTER COLUMN bytes SET STORAGE EXTERNAL;
CALL protect_customer_rows('invoice_pdfs');

-- Only what was issued has a file, and it is the file of its own customer.
CREATE FUNCTION check_invoice_pdf() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM invoices
        WHERE id = NEW.invoice_id AND customer_id = NEW.customer_id AND status <> 'draft'
    ) THEN
        RAISE EXCEPTION 'only an issued invoice has a file' USING ERRCODE = 'NP001';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER issued_only BEFORE INSERT ON invoice_pdfs
    FOR EACH ROW EXECUTE FUNCTION check_invoice_pdf();

REVOKE UPDATE, DELETE ON invoice_pdfs FROM billing_app;
