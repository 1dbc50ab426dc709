"""What pages show, made from what queries give: plain values, ready for a template."""
