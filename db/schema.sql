-- What the store keeps, as SQLite sees it; PostgreSQL has the same tables with its own types.
-- Written by `python -m planner.store.schema`; do not edit.

PRAGMA application_id = 1886151022;

-- What a text in git came to, kept so that it need not be worked out again. Rows may be deleted at any time.
CREATE TABLE answer (
    question VARCHAR(64) NOT NULL,  -- SHA-256 of contents, settings and version, in hexadecimal
    answer JSON NOT NULL,
    at DATETIME NOT NULL,           -- UTC
    CONSTRAINT pk_answer PRIMARY KEY (question)
) WITHOUT ROWID;

CREATE INDEX ix_answer_at ON answer (at);

-- Which schema this database has.
CREATE TABLE planner_schema (
    version_num VARCHAR(32) NOT NULL,  -- the schema's revision
    CONSTRAINT planner_schema_pkc PRIMARY KEY (version_num)
);

-- A scenario by its name.
CREATE TABLE scenario (
    id INTEGER NOT NULL,
    name VARCHAR NOT NULL,     -- the file's name without folder and ending
    current INTEGER NOT NULL,  -- number of the revision saved last; 0 before the first
    CONSTRAINT pk_scenario PRIMARY KEY (id),
    CONSTRAINT uq_scenario_name UNIQUE (name)
);

-- One text of a scenario, with the texts that it includes. Each distinct one is kept once.
CREATE TABLE revision (
    id INTEGER NOT NULL,
    scenario_id INTEGER NOT NULL,
    number INTEGER NOT NULL,           -- 1, 2, 3 … for each scenario
    fingerprint VARCHAR(64) NOT NULL,  -- SHA-256 of the text and all that it includes, in hexadecimal
    text BLOB NOT NULL,                -- the file, byte for byte
    title VARCHAR NOT NULL,
    question VARCHAR,
    as_of DATE,                        -- date of the assessment
    decide_by DATE,
    objective VARCHAR NOT NULL,        -- maximize or minimize
    saved_at DATETIME NOT NULL,        -- UTC
    CONSTRAINT pk_revision PRIMARY KEY (id),
    CONSTRAINT uq_revision_scenario_id_number UNIQUE (scenario_id, number),
    CONSTRAINT uq_revision_scenario_id_fingerprint UNIQUE (scenario_id, fingerprint),
    CONSTRAINT fk_revision_scenario_id FOREIGN KEY(scenario_id) REFERENCES scenario (id) ON DELETE CASCADE
);

-- Somebody who wants something.
CREATE TABLE actor (
    revision_id INTEGER NOT NULL,
    id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    name VARCHAR NOT NULL,
    risk_tolerance DOUBLE,
    votes DOUBLE,
    minimum DOUBLE,
    note VARCHAR,
    CONSTRAINT pk_actor PRIMARY KEY (revision_id, id),
    CONSTRAINT fk_actor_revision_id FOREIGN KEY(revision_id) REFERENCES revision (id) ON DELETE CASCADE
) WITHOUT ROWID;

-- A yardstick for consequences.
CREATE TABLE criterion (
    revision_id INTEGER NOT NULL,
    id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    name VARCHAR NOT NULL,
    unit VARCHAR,
    worst DOUBLE,  -- amount that scores 0
    best DOUBLE,   -- amount that scores 100
    start DOUBLE,
    note VARCHAR,
    CONSTRAINT pk_criterion PRIMARY KEY (revision_id, id),
    CONSTRAINT fk_criterion_revision_id FOREIGN KEY(revision_id) REFERENCES revision (id) ON DELETE CASCADE
) WITHOUT ROWID;

-- A file that a revision includes.
CREATE TABLE included_file (
    revision_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    path VARCHAR NOT NULL,             -- from the folder of the scenario's file
    fingerprint VARCHAR(64) NOT NULL,  -- SHA-256 of this text alone, in hexadecimal
    text BLOB NOT NULL,                -- the file, byte for byte
    CONSTRAINT pk_included_file PRIMARY KEY (revision_id, position),
    CONSTRAINT uq_included_file_revision_id_path UNIQUE (revision_id, path),
    CONSTRAINT fk_included_file_revision_id FOREIGN KEY(revision_id) REFERENCES revision (id) ON DELETE CASCADE
);

-- A decision, a chance node or an outcome. The root has position 0.
CREATE TABLE node (
    revision_id INTEGER NOT NULL,
    id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    rule VARCHAR,
    fallback VARCHAR,
    observe VARCHAR,
    certainty DOUBLE,
    resolved_branch VARCHAR,
    resolved_on DATE,
    resolved_source VARCHAR,
    note VARCHAR,
    CONSTRAINT pk_node PRIMARY KEY (revision_id, id),
    CONSTRAINT ck_node_kind CHECK (kind IN ('decision', 'chance', 'outcome')),
    CONSTRAINT fk_node_revision_id FOREIGN KEY(revision_id) REFERENCES revision (id) ON DELETE CASCADE
) WITHOUT ROWID;

-- A named number or formula.
CREATE TABLE parameter (
    revision_id INTEGER NOT NULL,
    id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    name VARCHAR,
    unit VARCHAR,
    formula VARCHAR NOT NULL,  -- as the file gives it
    value DOUBLE,              -- null where the formula reads other parameters
    low DOUBLE,
    high DOUBLE,
    distribution VARCHAR,      -- as the file gives it, e.g. beta(4, 16)
    source VARCHAR,
    note VARCHAR,
    CONSTRAINT pk_parameter PRIMARY KEY (revision_id, id),
    CONSTRAINT fk_parameter_revision_id FOREIGN KEY(revision_id) REFERENCES revision (id) ON DELETE CASCADE
) WITHOUT ROWID;

-- One analysis of a revision.
CREATE TABLE run (
    id INTEGER NOT NULL,
    revision_id INTEGER NOT NULL,
    analysis VARCHAR NOT NULL,  -- evaluate, paths …
    settings JSON NOT NULL,
    result JSON NOT NULL,       -- the part of the result that has no rows below
    extra JSON NOT NULL,        -- what belongs to the rows below and has no column there
    at DATETIME NOT NULL,       -- UTC
    version VARCHAR NOT NULL,   -- of the package
    seed BIGINT,
    git_commit VARCHAR,
    git_dirty BOOLEAN,          -- whether the file differed from the commit
    CONSTRAINT pk_run PRIMARY KEY (id),
    CONSTRAINT fk_run_revision_id FOREIGN KEY(revision_id) REFERENCES revision (id) ON DELETE CASCADE
);

CREATE INDEX ix_run_revision_id ON run (revision_id);

-- An option of a decision or a branch of a chance node.
CREATE TABLE edge (
    revision_id INTEGER NOT NULL,
    node VARCHAR NOT NULL,
    id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    name VARCHAR NOT NULL,
    to_node VARCHAR,    -- null where the path ends with the edge
    p VARCHAR,          -- probability of a branch, as the file gives it: a formula, or rest
    p_value DOUBLE,     -- null where the formula reads parameters or state
    condition VARCHAR,  -- the formula of `when`
    note VARCHAR,
    CONSTRAINT pk_edge PRIMARY KEY (revision_id, node, id),
    CONSTRAINT fk_edge_revision_id_node FOREIGN KEY(revision_id, node) REFERENCES node (revision_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_edge_revision_id_to_node FOREIGN KEY(revision_id, to_node) REFERENCES node (revision_id, id) ON DELETE CASCADE
) WITHOUT ROWID;

-- An actor who takes part in a decision.
CREATE TABLE owner (
    revision_id INTEGER NOT NULL,
    node VARCHAR NOT NULL,
    actor VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    CONSTRAINT pk_owner PRIMARY KEY (revision_id, node, actor),
    CONSTRAINT fk_owner_revision_id_node FOREIGN KEY(revision_id, node) REFERENCES node (revision_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_owner_revision_id_actor FOREIGN KEY(revision_id, actor) REFERENCES actor (revision_id, id) ON DELETE CASCADE
) WITHOUT ROWID;

-- What an option of a decision is worth to an actor.
CREATE TABLE run_decision (
    run_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    state VARCHAR NOT NULL,  -- node, or node[round=2] where it unfolds into several
    node VARCHAR NOT NULL,
    option VARCHAR NOT NULL,
    chosen BOOLEAN NOT NULL,
    tied BOOLEAN NOT NULL,   -- as good as the chosen one
    actor VARCHAR NOT NULL,
    value DOUBLE,
    probability DOUBLE,      -- of reaching the decision under the strategy
    CONSTRAINT pk_run_decision PRIMARY KEY (run_id, position),
    CONSTRAINT fk_run_decision_run_id FOREIGN KEY(run_id) REFERENCES run (id) ON DELETE CASCADE
) WITHOUT ROWID;

-- How likely an outcome is under the strategy.
CREATE TABLE run_outcome (
    run_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    outcome VARCHAR NOT NULL,
    probability DOUBLE,
    CONSTRAINT pk_run_outcome PRIMARY KEY (run_id, position),
    CONSTRAINT fk_run_outcome_run_id FOREIGN KEY(run_id) REFERENCES run (id) ON DELETE CASCADE
) WITHOUT ROWID;

-- An actor's value of an outcome (no criterion), or an amount in one criterion, for all or for one actor.
CREATE TABLE run_outcome_amount (
    run_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    outcome VARCHAR NOT NULL,
    actor VARCHAR,
    criterion VARCHAR,
    amount DOUBLE,
    CONSTRAINT pk_run_outcome_amount PRIMARY KEY (run_id, position),
    CONSTRAINT ck_run_outcome_amount_whose CHECK (actor IS NOT NULL OR criterion IS NOT NULL),
    CONSTRAINT fk_run_outcome_amount_run_id FOREIGN KEY(run_id) REFERENCES run (id) ON DELETE CASCADE
) WITHOUT ROWID;

-- An actor's value of the whole scenario.
CREATE TABLE run_value (
    run_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    actor VARCHAR NOT NULL,
    value DOUBLE,
    CONSTRAINT pk_run_value PRIMARY KEY (run_id, position),
    CONSTRAINT fk_run_value_run_id FOREIGN KEY(run_id) REFERENCES run (id) ON DELETE CASCADE
) WITHOUT ROWID;

-- What a criterion is worth to an actor, as the file gives it.
CREATE TABLE weight (
    revision_id INTEGER NOT NULL,
    actor VARCHAR NOT NULL,
    criterion VARCHAR NOT NULL,
    weight DOUBLE NOT NULL,
    CONSTRAINT pk_weight PRIMARY KEY (revision_id, actor, criterion),
    CONSTRAINT fk_weight_revision_id_actor FOREIGN KEY(revision_id, actor) REFERENCES actor (revision_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_weight_revision_id_criterion FOREIGN KEY(revision_id, criterion) REFERENCES criterion (revision_id, id) ON DELETE CASCADE
) WITHOUT ROWID;

-- A consequence of an edge, or of an outcome node where edge is null.
CREATE TABLE payoff (
    revision_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    node VARCHAR NOT NULL,
    edge VARCHAR,
    actor VARCHAR,             -- null where the consequence is the same for all
    criterion VARCHAR NOT NULL,
    formula VARCHAR NOT NULL,  -- as the file gives it
    value DOUBLE,              -- null where the formula reads parameters or state
    CONSTRAINT pk_payoff PRIMARY KEY (revision_id, position),
    CONSTRAINT fk_payoff_revision_id_node FOREIGN KEY(revision_id, node) REFERENCES node (revision_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_payoff_revision_id_node_edge FOREIGN KEY(revision_id, node, edge) REFERENCES edge (revision_id, node, id) ON DELETE CASCADE,
    CONSTRAINT fk_payoff_revision_id_actor FOREIGN KEY(revision_id, actor) REFERENCES actor (revision_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_payoff_revision_id_criterion FOREIGN KEY(revision_id, criterion) REFERENCES criterion (revision_id, id) ON DELETE CASCADE
) WITHOUT ROWID;

INSERT INTO planner_schema (version_num) VALUES ('0003') RETURNING version_num;
