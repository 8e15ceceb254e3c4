-- A server that was removed may be added again: only servers that are there have a name and an
-- address to themselves.

ALTER TABLE servers DROP CONSTRAINT servers_name_key, DROP CONSTRAINT servers_base_url_key;
CREATE UNIQUE INDEX servers_name_once ON servers (name) WHERE removed_at IS NULL;
CREATE UNIQUE INDEX servers_address_once ON servers (base_url) WHERE removed_at IS NULL;
CREATE INDEX hosting_accounts_of_server ON hosting_accounts (server_id, id);
CREATE INDEX hosting_accounts_by_username ON hosting_accounts (username)
    WHERE status IN ('provisioning', 'active', 'suspended');
