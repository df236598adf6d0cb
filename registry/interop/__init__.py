"""What leaves the house: bundles, dossiers, and exchange in others' standards."""
