"""Debian's Prometheus looks at the real product: every panel of the dashboard has something to show, every rule can be
evaluated, and nothing is announced while all is well. Grafana itself is not started."""
