CREATE TABLE admin_accounts (
 id VARCHAR(32) NOT NULL, 
 name VARCHAR(32) NOT NULL, 
 role VARCHAR(16) NOT NULL, 
 made VARCHAR(10) NOT NULL, 
 password BYTEA, 
 totp BYTEA, 
 step BIGINT NOT NULL, 
 CONSTRAINT pk_admin_accounts PRIMARY KEY (id), 
 CONSTRAINT uq_admin_accounts_name UNIQUE (name)
)

CREATE TABLE admin_acts (
 number INTEGER NOT NULL, 
 at VARCHAR(17) NOT NULL, 
 by VARCHAR(32) NOT NULL, 
 act VARCHAR(32) NOT NULL, 
 about VARCHAR(64) NOT NULL, 
 name VARCHAR(64) NOT NULL, 
 CONSTRAINT pk_admin_acts PRIMARY KEY (number)
)

CREATE TABLE admin_keys (
 name VARCHAR(64) NOT NULL, 
 account VARCHAR(32) NOT NULL, 
 public BYTEA NOT NULL, 
 counter BIGINT NOT NULL, 
 added VARCHAR(10) NOT NULL, 
 CONSTRAINT pk_admin_keys PRIMARY KEY (name)
)

CREATE INDEX ix_admin_keys_account ON admin_keys (account)

CREATE TABLE admin_links (
 name VARCHAR(64) NOT NULL, 
 account VARCHAR(32) NOT NULL, 
 made BIGINT NOT NULL, 
 CONSTRAINT pk_admin_links PRIMARY KEY (name)
)

CREATE INDEX ix_admin_links_account ON admin_links (account)

CREATE TABLE admin_sessions (
 token VARCHAR(64) NOT NULL, 
 handle VARCHAR(32) NOT NULL, 
 account VARCHAR(32) NOT NULL, 
 link VARCHAR(64) NOT NULL, 
 day VARCHAR(10) NOT NULL, 
 boot VARCHAR(64) NOT NULL, 
 started FLOAT NOT NULL, 
 used FLOAT NOT NULL, 
 CONSTRAINT pk_admin_sessions PRIMARY KEY (token)
)

CREATE INDEX ix_admin_sessions_account ON admin_sessions (account)

CREATE TABLE admin_tries (
 name VARCHAR(64) NOT NULL, 
 known BOOLEAN NOT NULL, 
 failures INTEGER NOT NULL, 
 boot VARCHAR(64) NOT NULL, 
 since FLOAT NOT NULL, 
 CONSTRAINT pk_admin_tries PRIMARY KEY (name)
)

CREATE TABLE alarm_mail (
 sent BIGINT NOT NULL, 
 next BIGINT NOT NULL, 
 tries INTEGER NOT NULL, 
 error VARCHAR(32) NOT NULL, 
 id SMALLINT NOT NULL, 
 CONSTRAINT pk_alarm_mail PRIMARY KEY (id), 
 CONSTRAINT ck_alarm_mail_id CHECK (id = 1)
)

CREATE TABLE alarms (
 kind VARCHAR(16) NOT NULL, 
 about VARCHAR(64) NOT NULL, 
 handle VARCHAR(32) NOT NULL, 
 since BIGINT NOT NULL, 
 gone BIGINT, 
 seen BIGINT, 
 seen_by VARCHAR(32) NOT NULL, 
 told BIGINT NOT NULL, 
 CONSTRAINT pk_alarms PRIMARY KEY (kind, about)
)

CREATE TABLE centrals (
 central VARCHAR(16) NOT NULL, 
 epoch VARCHAR(32), 
 offered VARCHAR(32), 
 lawyers_read BIGINT, 
 forked_since VARCHAR(10), 
 fork VARCHAR(16), 
 CONSTRAINT pk_centrals PRIMARY KEY (central)
)

CREATE TABLE clocks (
 name VARCHAR(16) NOT NULL, 
 day VARCHAR(10) NOT NULL, 
 CONSTRAINT pk_clocks PRIMARY KEY (name)
)

CREATE TABLE codes (
 record VARCHAR(64) NOT NULL, 
 key VARCHAR(64) NOT NULL, 
 tid VARCHAR(32) NOT NULL, 
 CONSTRAINT pk_codes PRIMARY KEY (record)
)

CREATE INDEX ix_codes_key ON codes (key)

CREATE TABLE contests (
 record VARCHAR(64) NOT NULL, 
 withdrawal VARCHAR(64) NOT NULL, 
 signer VARCHAR(16) NOT NULL, 
 CONSTRAINT pk_contests PRIMARY KEY (record)
)

CREATE INDEX ix_contests_withdrawal ON contests (withdrawal)

CREATE TABLE damaged_objects (
 name VARCHAR(64) NOT NULL, 
 day VARCHAR(10) NOT NULL, 
 CONSTRAINT pk_damaged_objects PRIMARY KEY (name)
)

CREATE TABLE deliveries (
 tid VARCHAR(32) NOT NULL, 
 node VARCHAR(16) NOT NULL, 
 CONSTRAINT pk_deliveries PRIMARY KEY (tid, node)
)

CREATE TABLE departures (
 batch VARCHAR(32) NOT NULL, 
 incarnation VARCHAR(32) NOT NULL, 
 CONSTRAINT pk_departures PRIMARY KEY (batch)
)

CREATE TABLE destroyed (
 withdrawal VARCHAR(64) NOT NULL, 
 station VARCHAR(16) NOT NULL, 
 day VARCHAR(10) NOT NULL, 
 record VARCHAR(64) NOT NULL, 
 CONSTRAINT pk_destroyed PRIMARY KEY (withdrawal, station)
)

CREATE TABLE handsets (
 handset VARCHAR(32) NOT NULL, 
 device VARCHAR(64) NOT NULL, 
 CONSTRAINT pk_handsets PRIMARY KEY (handset, device)
)

CREATE TABLE kept (
 tid VARCHAR(32) NOT NULL, 
 until VARCHAR(7), 
 CONSTRAINT pk_kept PRIMARY KEY (tid)
)

CREATE INDEX ix_kept_until ON kept (until)

CREATE TABLE ledger (
 accepted VARCHAR(64), 
 id SMALLINT NOT NULL, 
 CONSTRAINT pk_ledger PRIMARY KEY (id), 
 CONSTRAINT ck_ledger_id CHECK (id = 1)
)

CREATE TABLE left_epochs (
 epoch VARCHAR(32) NOT NULL, 
 central VARCHAR(16) NOT NULL, 
 CONSTRAINT pk_left_epochs PRIMARY KEY (epoch)
)

CREATE TABLE link (
 exchanged VARCHAR(10), 
 clock_ahead INTEGER, 
 bytes_a_second BIGINT, 
 metered BOOLEAN, 
 media_once BOOLEAN, 
 id SMALLINT NOT NULL, 
 CONSTRAINT pk_link PRIMARY KEY (id), 
 CONSTRAINT ck_link_id CHECK (id = 1)
)

CREATE TABLE locked_seeds (
 person VARCHAR(64) NOT NULL, 
 data BYTEA NOT NULL, 
 CONSTRAINT pk_locked_seeds PRIMARY KEY (person)
)

CREATE TABLE log_heads (
 log VARCHAR(16) NOT NULL, 
 size INTEGER NOT NULL, 
 checkpoint TEXT NOT NULL, 
 CONSTRAINT pk_log_heads PRIMARY KEY (log)
)

CREATE TABLE log_leaves (
 log VARCHAR(16) NOT NULL, 
 no INTEGER NOT NULL, 
 leaf BYTEA NOT NULL, 
 entry BYTEA, 
 kind VARCHAR(16), 
 ref VARCHAR(64), 
 CONSTRAINT pk_log_leaves PRIMARY KEY (log, no, leaf)
)

CREATE INDEX ix_log_leaves_log_ref ON log_leaves (log, ref)

CREATE TABLE log_nodes (
 log VARCHAR(16) NOT NULL, 
 level SMALLINT NOT NULL, 
 place INTEGER NOT NULL, 
 hash BYTEA NOT NULL, 
 CONSTRAINT pk_log_nodes PRIMARY KEY (log, level, place, hash)
)

CREATE TABLE log_readers (
 kid VARCHAR(16) NOT NULL, 
 read BIGINT, 
 asked BIGINT, 
 CONSTRAINT pk_log_readers PRIMARY KEY (kid)
)

CREATE TABLE lost_devices (
 device VARCHAR(64) NOT NULL, 
 day VARCHAR(10) NOT NULL, 
 CONSTRAINT pk_lost_devices PRIMARY KEY (device)
)

CREATE TABLE maintenance (
 backed_up VARCHAR(10), 
 checked VARCHAR(10), 
 unsound BOOLEAN, 
 rehashed VARCHAR(64), 
 probe BOOLEAN, 
 id SMALLINT NOT NULL, 
 CONSTRAINT pk_maintenance PRIMARY KEY (id), 
 CONSTRAINT ck_maintenance_id CHECK (id = 1)
)

CREATE TABLE node_gaps (
 node VARCHAR(16) NOT NULL, 
 lacking INTEGER, 
 CONSTRAINT pk_node_gaps PRIMARY KEY (node)
)

CREATE TABLE node_incarnations (
 node VARCHAR(16) NOT NULL, 
 incarnation VARCHAR(32) NOT NULL, 
 size BIGINT NOT NULL, 
 root VARCHAR(64) NOT NULL, 
 first VARCHAR(10) NOT NULL, 
 last VARCHAR(10) NOT NULL, 
 CONSTRAINT pk_node_incarnations PRIMARY KEY (node, incarnation)
)

CREATE TABLE node_software (
 node VARCHAR(16) NOT NULL, 
 software VARCHAR(20), 
 form VARCHAR(20), 
 until VARCHAR(20), 
 roster INTEGER, 
 wordings INTEGER, 
 CONSTRAINT pk_node_software PRIMARY KEY (node)
)

CREATE TABLE node_states (
 node VARCHAR(16) NOT NULL, 
 day VARCHAR(10) NOT NULL, 
 carried BOOLEAN NOT NULL, 
 clock INTEGER, 
 waiting INTEGER, 
 media INTEGER, 
 free INTEGER, 
 floor INTEGER, 
 CONSTRAINT pk_node_states PRIMARY KEY (node)
)

CREATE TABLE nodes (
 node VARCHAR(16) NOT NULL, 
 incarnation VARCHAR(32), 
 quarantine VARCHAR(16), 
 quarantined_since VARCHAR(10), 
 offered VARCHAR(32), 
 CONSTRAINT pk_nodes PRIMARY KEY (node)
)

CREATE TABLE objects (
 name VARCHAR(64) NOT NULL, 
 record VARCHAR(64) NOT NULL, 
 subject VARCHAR(32) NOT NULL, 
 part VARCHAR(64) NOT NULL, 
 audience VARCHAR(32), 
 length INTEGER, 
 media BOOLEAN NOT NULL, 
 held SMALLINT NOT NULL, 
 sealed BYTEA, 
 CONSTRAINT pk_objects PRIMARY KEY (name, record)
)

CREATE INDEX ix_objects_media_record ON objects (media, record) WHERE media

CREATE INDEX ix_objects_record ON objects (record)

CREATE TABLE outbox (
 record VARCHAR(64) NOT NULL, 
 urgency SMALLINT NOT NULL, 
 arrival INTEGER NOT NULL, 
 delivered BOOLEAN NOT NULL, 
 dropped BOOLEAN NOT NULL, 
 text_delivered BOOLEAN NOT NULL, 
 pieces_there INTEGER NOT NULL, 
 signed_for VARCHAR(10), 
 CONSTRAINT pk_outbox PRIMARY KEY (record)
)

CREATE INDEX ix_outbox_delivered_dropped_urgency_arrival ON outbox (delivered, dropped, urgency, arrival)

CREATE TABLE outbox_refusals (
 record VARCHAR(64) NOT NULL, 
 day VARCHAR(10) NOT NULL, 
 rule VARCHAR(32) NOT NULL, 
 CONSTRAINT pk_outbox_refusals PRIMARY KEY (record)
)

CREATE TABLE outbox_state (
 day VARCHAR(10) NOT NULL, 
 arrival BIGINT NOT NULL, 
 id SMALLINT NOT NULL, 
 CONSTRAINT pk_outbox_state PRIMARY KEY (id), 
 CONSTRAINT ck_outbox_state_id CHECK (id = 1)
)

CREATE TABLE quotas (
 kid VARCHAR(16) NOT NULL, 
 kind VARCHAR(16) NOT NULL, 
 day VARCHAR(10) NOT NULL, 
 number INTEGER NOT NULL, 
 size BIGINT NOT NULL, 
 CONSTRAINT pk_quotas PRIMARY KEY (kid, kind)
)

CREATE TABLE receipts (
 record VARCHAR(64) NOT NULL, 
 station VARCHAR(16) NOT NULL, 
 data BYTEA NOT NULL, 
 CONSTRAINT pk_receipts PRIMARY KEY (record, station)
)

CREATE TABLE records (
 name VARCHAR(64) NOT NULL, 
 kind VARCHAR(64) NOT NULL, 
 subject VARCHAR(32), 
 signer VARCHAR(16) NOT NULL, 
 arrival INTEGER NOT NULL, 
 received VARCHAR(10) NOT NULL, 
 progress SMALLINT NOT NULL, 
 data BYTEA NOT NULL, 
 CONSTRAINT pk_records PRIMARY KEY (name)
)

CREATE INDEX ix_records_arrival ON records (arrival)

CREATE INDEX ix_records_kind_arrival ON records (kind, arrival)

CREATE INDEX ix_records_kind_subject_received_progress ON records (kind, subject, received, progress)

CREATE INDEX ix_records_subject ON records (subject)

CREATE TABLE refusals (
 id VARCHAR(32) NOT NULL, 
 day VARCHAR(10) NOT NULL, 
 signer VARCHAR(16) NOT NULL, 
 record VARCHAR(64) NOT NULL, 
 CONSTRAINT pk_refusals PRIMARY KEY (id)
)

CREATE INDEX ix_refusals_day ON refusals (day)

CREATE TABLE rejection_counts (
 sender VARCHAR(16) NOT NULL, 
 day VARCHAR(10) NOT NULL, 
 rule VARCHAR(32) NOT NULL, 
 number INTEGER NOT NULL, 
 CONSTRAINT pk_rejection_counts PRIMARY KEY (sender, day, rule)
)

CREATE TABLE roster_proposals (
 id VARCHAR(32) NOT NULL, 
 state VARCHAR(16) NOT NULL, 
 by VARCHAR(32) NOT NULL, 
 at VARCHAR(17) NOT NULL, 
 wishes BYTEA NOT NULL, 
 record BYTEA NOT NULL, 
 closed_by VARCHAR(32) NOT NULL, 
 closed_at VARCHAR(17) NOT NULL, 
 CONSTRAINT pk_roster_proposals PRIMARY KEY (id)
)

CREATE TABLE running (
 boot VARCHAR(36) NOT NULL, 
 seconds BIGINT NOT NULL, 
 total BIGINT NOT NULL, 
 id SMALLINT NOT NULL, 
 CONSTRAINT pk_running PRIMARY KEY (id), 
 CONSTRAINT ck_running_id CHECK (id = 1)
)

CREATE TABLE sessions (
 token VARCHAR(64) NOT NULL, 
 person VARCHAR(64) NOT NULL, 
 kid VARCHAR(16) NOT NULL, 
 boot VARCHAR(64) NOT NULL, 
 started FLOAT NOT NULL, 
 CONSTRAINT pk_sessions PRIMARY KEY (token)
)

CREATE TABLE share_keys (
 id VARCHAR(32) NOT NULL, 
 person VARCHAR(64) NOT NULL, 
 device VARCHAR(64) NOT NULL, 
 handset VARCHAR(32), 
 made VARCHAR(10) NOT NULL, 
 aged VARCHAR(10), 
 CONSTRAINT pk_share_keys PRIMARY KEY (id)
)

CREATE TABLE standing (
 quarantined_since VARCHAR(10), 
 told_size BIGINT, 
 id SMALLINT NOT NULL, 
 CONSTRAINT pk_standing PRIMARY KEY (id), 
 CONSTRAINT ck_standing_id CHECK (id = 1)
)

CREATE TABLE station_epoch (
 epoch VARCHAR(32), 
 unserved VARCHAR(32), 
 id SMALLINT NOT NULL, 
 CONSTRAINT pk_station_epoch PRIMARY KEY (id), 
 CONSTRAINT ck_station_epoch_id CHECK (id = 1)
)

CREATE TABLE suspensions (
 withdrawal VARCHAR(64) NOT NULL, 
 subject VARCHAR(32) NOT NULL, 
 signer VARCHAR(16) NOT NULL, 
 whole BOOLEAN NOT NULL, 
 day VARCHAR(10) NOT NULL, 
 due VARCHAR(10), 
 standing SMALLINT NOT NULL, 
 ran BIGINT DEFAULT '0' NOT NULL, 
 sure BOOLEAN DEFAULT false NOT NULL, 
 CONSTRAINT pk_suspensions PRIMARY KEY (withdrawal)
)

CREATE INDEX ix_suspensions_signer_day ON suspensions (signer, day)

CREATE INDEX ix_suspensions_standing_due ON suspensions (standing, due)

CREATE INDEX ix_suspensions_subject ON suspensions (subject)

CREATE TABLE timestamp_authority (
 since VARCHAR(10) NOT NULL, 
 authority VARCHAR(16) NOT NULL, 
 id SMALLINT NOT NULL, 
 CONSTRAINT pk_timestamp_authority PRIMARY KEY (id), 
 CONSTRAINT ck_timestamp_authority_id CHECK (id = 1)
)

CREATE TABLE tombstones (
 subject VARCHAR(32) NOT NULL, 
 withdrawal VARCHAR(64) NOT NULL, 
 shredded BOOLEAN NOT NULL, 
 swept BOOLEAN NOT NULL, 
 CONSTRAINT pk_tombstones PRIMARY KEY (subject)
)

CREATE INDEX ix_tombstones_swept ON tombstones (swept)

CREATE TABLE uploads (
 name VARCHAR(64) NOT NULL, 
 asker VARCHAR(16) NOT NULL, 
 start INTEGER NOT NULL, 
 total INTEGER NOT NULL, 
 size INTEGER NOT NULL, 
 day VARCHAR(10) NOT NULL, 
 data BYTEA NOT NULL, 
 CONSTRAINT pk_uploads PRIMARY KEY (name, asker, start)
)

CREATE INDEX ix_uploads_asker ON uploads (asker)

CREATE TABLE used_nonces (
 name VARCHAR(64) NOT NULL, 
 by VARCHAR(16) NOT NULL, 
 used BIGINT NOT NULL, 
 CONSTRAINT pk_used_nonces PRIMARY KEY (name)
)

CREATE INDEX ix_used_nonces_by ON used_nonces (by)

CREATE INDEX ix_used_nonces_used ON used_nonces (used)

CREATE TABLE witness_failures (
 kind VARCHAR(16) NOT NULL, 
 day VARCHAR(10) NOT NULL, 
 reason VARCHAR(32) NOT NULL, 
 CONSTRAINT pk_witness_failures PRIMARY KEY (kind)
)

CREATE TABLE wrong_sentences (
 node VARCHAR(16) NOT NULL, 
 lang VARCHAR(16) NOT NULL, 
 sentence VARCHAR(129) NOT NULL, 
 text VARCHAR(64) NOT NULL, 
 marks INTEGER NOT NULL, 
 CONSTRAINT pk_wrong_sentences PRIMARY KEY (node, lang, sentence, text)
)
