# Renames of ours, so that an upgrade moves what is there instead of making it anew: addresses as the root sees them, oldest first.
# None was released under another name yet. tests/terraform/addresses.txt keeps the names; without a block here a rename fails.
