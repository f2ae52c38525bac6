"""An opened home: settings, database, bodies, keys and the roster chain. It holds them and does nothing."""
