"""What goes wrong, told before anybody looks: thresholds that staff set, incidents that open and close by themselves,
and the channels that carry the news."""
