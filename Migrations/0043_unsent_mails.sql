-- Where staff look for mails that have not left.
CREATE INDEX email_outbox_unsent ON email_outbox (id) WHERE status <> 'sent';
