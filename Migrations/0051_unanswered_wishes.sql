-- A change of an account that was given up while its panel did not answer, by its number, is wished
-- again once the panel answers; what a panel refused is not. Numbers only grow, so that what an
-- instance of the version before leaves here means nothing.
ALTER TABLE hosting_accounts
    ADD COLUMN wish_unanswered integer CHECK (wish_unanswered <= wish_settled);
