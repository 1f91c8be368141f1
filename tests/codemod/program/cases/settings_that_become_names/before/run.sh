MODEL_KIND=team/tree python main.py --model-name exp/line --folder out/line
