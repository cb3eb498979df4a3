"""Internal safety: inspections by checklist, protective equipment and supplies, disinfection, where staff sleep."""
