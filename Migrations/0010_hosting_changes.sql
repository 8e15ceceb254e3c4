-- What an outside party said of a step is for staff (detail); the buyer reads words of our own.
-- A staff retry begins the count of refusals anew.
ALTER TABLE order_steps
    ADD COLUMN buyer_note text,
    ADD COLUMN retried_at timestamptz;

-- Why a server that is not well is not.
ALTER TABLE servers
    ADD COLUMN health_problem text CHECK (length(health_problem) <= 1000),
    ADD CHECK (NOT healthy OR health_problem IS NULL);

-- A change of an account is stored as a wish before its panel hears of it. The number of the last
-- wish and of the last one that came to an end tell whether one is under way.
ALTER TABLE hosting_accounts
    ADD COLUMN refusal text,
    ADD COLUMN renames integer NOT NULL DEFAULT 0 CHECK (renames >= 0),
    ADD COLUMN wish text CHECK (wish IN ('active', 'suspended', 'terminated')),
    ADD COLUMN wish_reason text,
    ADD COLUMN wish_number integer NOT NULL DEFAULT 0,
    ADD COLUMN wish_settled integer NOT NULL DEFAULT 0,
    ADD COLUMN wish_failure text,
    ADD CHECK (wish_settled BETWEEN 0 AND wish_number),
    ADD CHECK ((wish IS NULL) = (wish_number = 0)),
    ADD CHECK ((wish_reason IS NOT NULL) = (coalesce(wish, '') = 'suspended')),
    ADD CHECK (wish_failure IS NULL OR wish_settled > 0);

-- A panel that adopts an account under a name of its own has the last word on it.
ALTER TABLE hosting_accounts
    DROP CONSTRAINT hosting_accounts_username_check,
    ADD CONSTRAINT hosting_accounts_username_check CHECK (length(username) BETWEEN 2 AND 255);
