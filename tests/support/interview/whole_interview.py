"""The purposes and answers of a whole interview."""

from __future__ import annotations

from typing import Any

ALL = frozenset({"P01", "P04", "P06", "P07"})


ANSWERS: dict[str, Any] = {
    "w_lang": "prs",
    "n_text": "ما را به رودخانه بردند.\nThen they burned our shoes.",
    "w_role": "victim", "w_age": "a25to34", "w_gender": "m", "w_nat": "AFG", "w_vuln": ["none"],
    "i_type": "pb_chain", "i_date_prec": "month", "i_date": "2020-10",
    "i_segment": "SRB-MKD:all", "i_from": "SRB", "i_to": "GRC", "i_ret": ["handover", "gate"],
    "i_chain": [{"from": "SRB", "to": "MKD", "method": "bus"}, {"from": "MKD", "to": "GRC", "method": "gate"}],
    "g_size": 20, "g_nats": ["AFG", "SYR"], "g_same_treat": "yes",
    "a_expr": "unk", "a_resp": ["unk"],
    "p_exam": "none", "p_interp": "ref", "p_legal": "nask", "p_appeal": "notinf", "p_suspend": "noappeal",
    "v_acts": ["beat", "death_threat"], "v_injury": ["bruise"], "v_prop": ["phone"],
    "x_actors": ["police", "masked"], "x_state": ["SRB", "MKD"], "x_n": "ngt20",
    "k_charge": ["none"], "h_act": ["none"], "d_any": "yes", "d_dead": 0, "d_missing": 1, "d_cause": ["drown"],
    "w_name": "Karim Beispiel", "w_contact": "+000 12 34",
}  # fmt: skip
