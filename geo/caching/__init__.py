"""What is kept between questions: one register with one bound in bytes, and what values hold in memory."""
