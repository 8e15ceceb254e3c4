-- A customer's open invoices are found without looking at all that were paid.
CREATE INDEX invoices_of_customer_by_status ON invoices (customer_id, status, id);
