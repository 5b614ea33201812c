"""InstructIR."""
