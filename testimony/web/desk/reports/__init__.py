"""Reports: tables that readers make of what their own key opens."""
